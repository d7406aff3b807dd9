//! Other ways to write or say a name: short forms, and spellings of the same name in Latin letters.
//! Looked up by the name as a record holds it.

use std::collections::HashMap;

use crate::dice::Dice;

/// A given name and its short forms.
const SHORT: &str = "Margaret: Maggie Peggy Meg; Susan: Sue Susie; Patricia: Pat Trish Patsy; Christine: Chris Chrissie; \
    Jacqueline: Jackie Jacqui; Kathleen: Kath Kathy; Elizabeth: Liz Beth Lizzie Betty; Pamela: Pam; Dorothy: Dot Dottie; \
    Jennifer: Jenny Jen; Deborah: Debbie Deb; Catherine: Cathy Kate Cath; Katherine: Kate Katie Kathy; Amanda: Mandy; \
    Samantha: Sam; Nicola: Nicky Nic; Victoria: Vicky Tori; Rebecca: Becky Becca; Michelle: Shell; Joanne: Jo; \
    Joanna: Jo; Stephanie: Steph; Danielle: Dani; Jessica: Jess; Charlotte: Charlie Lottie; Natalie: Nat; Abigail: Abi \
    Abby; Alexandra: Alex Lexi; Bethany: Beth; Georgina: Georgie; Eleanor: Ellie Nell; Isabella: Bella Izzy; Isabelle: \
    Izzy; Amelia: Millie; Natasha: Tash; Megan: Meg; Sandra: Sandy; Theresa: Terri Tess; Teresa: Terri; Angela: Angie; \
    Rachel: Rach; Emily: Em; Olivia: Liv; Judith: Judy; Gillian: Gill Jill; Frances: Fran; Harriet: Hattie; \
    John: Johnny Jack; David: Dave Davey; Michael: Mike Mick Micky; Peter: Pete; Robert: Bob Rob Bobby Robbie; \
    Anthony: Tony Ant; Antony: Tony; William: Will Bill Billy Liam; James: Jim Jimmy Jamie; Kenneth: Ken Kenny; \
    Christopher: Chris Kit; Terence: Terry; Raymond: Ray; Richard: Rick Dick Rich; Patrick: Pat Paddy; Geoffrey: Geoff; \
    Thomas: Tom Tommy; Ronald: Ron Ronnie; Stephen: Steve Stevie; Steven: Steve Stevie; Charles: Charlie Chas; \
    Edward: Ed Eddie Ted; Donald: Don; Philip: Phil; Frederick: Fred Freddie; Arthur: Art; Leonard: Len Lenny; \
    Albert: Bert Al; Harold: Harry; Reginald: Reg; Andrew: Andy Drew; Nicholas: Nick Nicky; Timothy: Tim; Jonathan: Jon \
    Jonny; Joseph: Joe Joey; Jeffrey: Jeff; Matthew: Matt; Daniel: Dan Danny; Benjamin: Ben Benny; Alexander: Alex Al \
    Sandy; Samuel: Sam Sammy; Joshua: Josh; Nathan: Nate; Cameron: Cam; Bradley: Brad; Oliver: Ollie; Zachary: Zac; \
    Gary: Gaz; Darren: Daz; Lewis: Lew; Dominic: Dom; Russell: Russ; Sebastian: Seb; Jacob: Jake; Henry: Harry; \
    Mohammed: Mo; Mohamed: Mo; Abdul: Abz; Ibrahim: Ibby; Yusuf: Yus; Hassan: Has; Gurpreet: Gurps; Harjit: Harry; \
    Manpreet: Manny; Rajesh: Raj; Emmanuel: Manny Emma; Oluwaseun: Seun; Chukwuemeka: Emeka; Babatunde: Tunde; \
    Temitope: Temi; Funmilayo: Funmi; Adaeze: Ada; Krzysztof: Krzys Chris; Andrzej: Andy; Tomasz: Tomek Tom; \
    Malgorzata: Gosia; Katarzyna: Kasia; Agnieszka: Aga; Alexandru: Alex; Oleksandr: Sasha Alex; Mehmet: Memo; \
    Huseyin: Husso; Mustafa: Musti; Abdirahman: Abdi; Abdullahi: Abdi; Piotr: Peter; Jakub: Kuba; Grzegorz: Greg";

/// Spellings of one name; any may stand for any other.
const SPELLINGS: &str = "Mohammed Muhammad Mohamed Mohammad Muhammed Mohamad; Ahmed Ahmad Ahmet Achmed; Hussain Hussein \
    Husain Hossain Hussien; Hassan Hasan Hassen; Yusuf Yousef Youssef Yousuf Yusef; Ibrahim Ebrahim Ibraheem; Omar \
    Umar Omer; Usman Osman Othman Uthman; Khalid Khaled; Tariq Tarek Tarik; Amir Ameer Emir; Aisha Ayesha Aysha Ayse; \
    Fatima Fatma Fathima Fatimah; Maryam Mariam Meryem; Zainab Zeinab Zaynab; Khadija Khadijah Hatice; Yasmin Yasmine \
    Jasmin; Mahmood Mahmoud Mehmood Mahmud; Chowdhury Choudhury Chaudhry Choudhry Chowdhry; Sheikh Shaikh Sheik \
    Shaykh; Qureshi Quraishi Koreshi; Siddiqui Siddiqi Siddique; Rahman Rehman Rahmaan; Miah Mia Miya; Uddin Udin \
    Ud-Din; Abdullah Abdulla; Said Saeed Sayed; Ali Aly; Begum Begam; Iqbal Eqbal; Saleem Salim Selim; Jamal Gamal \
    Cemal; Mustafa Mustapha Moustafa; Abdirahman Abdurahman Abdulrahman; Farah Farrah; Warsame Warsama; Jama Jamac; \
    Haile Hailu; Singh Sing; Kaur Kour; Dhillon Dhilon; Sandhu Sandu; Sidhu Sidu; Patel Patil; Gurpreet Gurprit; \
    Krishnan Krishna; Lakshmi Laxmi; Vijay Bijay; Joshi Jhoshi; Kowalski Kovalski Kowalsky; Wisniewski Vishnevski; \
    Lewandowski Levandovski; Krzysztof Kristof; Lukasz Lucas; Pawel Pavel; Michal Mikhal; Andrei Andrey Andrej; Dmitri \
    Dmitry Dimitri; Serhiy Sergei Sergiy; Oleksandr Aleksandr Alexander; Ivanov Ivanoff; Petrov Petroff; Shevchenko \
    Sevcenko; Kovalenko Kowalenko; Kazlauskas Kozlovski; Popescu Popesku; Hoxha Hodja Hoxa; Gashi Gaschi; Krasniqi \
    Krasnici; Mehmet Mehmed; Huseyin Huseyn; Yilmaz Yelmaz; Ozturk Oezturk; Sahin Shahin; Celik Chelik; Dogan Doghan; \
    Chen Chan Chern; Zhang Cheung Chang; Wang Wong; Liu Lau; Huang Wong; Zhao Chiu; Zhou Chow; Wu Ng; Lin Lam; Xu Hsu; \
    Nguyen Nguyan; Tran Tan; Li Lee; Okafor Okafo; Owusu Owosu; Boateng Boating; Adeyemi Adeyami; Okonkwo Okonkwor; \
    Nwachukwu Nwachuku; Stephen Steven; Catherine Katherine Kathryn Catharine; Sarah Sara; Philip Phillip; Zoë Zoe; \
    Siân Sian; Tracey Tracy; Clare Claire; Anne Ann Anna; Stuart Stewart; Geoffrey Jeffrey; Sean Shaun Shawn; Lewis \
    Louis; Niamh Neve; Rhys Reece; Callum Calum; Connor Conor; Rachel Rachael; Smith Smyth Smythe; Clarke Clark; \
    Thompson Thomson Tompson; Davies Davis; Phillips Philips; Stephens Stevens; Nicholls Nichols Nicolls; Reid Read \
    Reed; Johnston Johnson Johnstone; McDonald MacDonald; McKenzie MacKenzie; O'Brien OBrien; O'Connor OConnor Connor; \
    O'Neill ONeill; Pearce Pierce; Hughes Hewes; Allen Allan Alan; Moore More; Byrne Burn Burns; Gray Grey; Rowe Roe; \
    Matthews Mathews; Griffiths Griffith; Harrison Harison; Lawrence Laurence; Elliott Elliot Eliot";

/// The lists, ready to look up.
pub(crate) struct Variants {
    short: HashMap<&'static str, Vec<&'static str>>,
    spellings: HashMap<&'static str, Vec<&'static str>>,
}

impl Variants {
    /// Reads the lists.
    pub(super) fn new() -> Self {
        let entry = |line: &'static str| {
            let (name, forms) = line.split_once(':')?;
            Some((name.trim(), forms.split_whitespace().collect()))
        };
        let mut spellings: HashMap<_, Vec<_>> = HashMap::new();
        for group in SPELLINGS.split(';') {
            for name in group.split_whitespace() {
                let others = group.split_whitespace().filter(|&other| other != name);
                spellings.entry(name).or_default().extend(others);
            }
        }
        Self { short: SHORT.split(';').filter_map(entry).collect(), spellings }
    }

    /// A short form of a given name, if it has one.
    pub(crate) fn short(&self, name: &str, dice: &mut Dice) -> Option<&'static str> {
        dice.pick(self.short.get(name)?).copied()
    }

    /// Another spelling of a name, if it has one.
    pub(crate) fn spelling(&self, name: &str, dice: &mut Dice) -> Option<&'static str> {
        dice.pick(self.spellings.get(name)?).copied()
    }
}
