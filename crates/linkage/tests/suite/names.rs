//! Names of many cultures as they are written in the UK: which pairs may be one name, and which are two.
//! One name means that the comparison speaks for it; close is as good as different.

use linkage::person::{Field, Level, PersonRecord, PersonSubject, RawPerson, compare};
use model::probe::PersonProbe;

const GIVEN_SAME: &str = "
    john jon / jonathan john / jack john / bill william / peggy margaret / kate catherine / katherine kathryn
    bob robert / dick richard / ted edward / liz elizabeth / harry henry / tony anthony / antony anthony
    steven stephen / geoff jeffrey / jeff geoffrey / sandy alexander / alex alexandra / nell eleanor / daz darren
    gaz gary / chris christopher / chris christine / kit christopher / jim james / jamie james / meg margaret
    sean shaun / siobhan shivaun / niamh neve / caoimhe keeva / sinead jane / padraig patrick / ciaran kieran
    eoin owen / seamus james / aoife eva / mairead margaret / ruairi rory / oisin ossian / tadhg timothy
    krzysztof christopher / krzysztof krzys / malgorzata gosia / katarzyna kasia / agnieszka aga / piotr peter
    andrzej andrew / jakub kuba / tomasz tomek / stanislaw stanislav / wladyslaw vladislav / ewa eva / jerzy george
    lukasz lukas / łukasz lukasz / zofia sophia / wojciech wojtek / bartosz bartek / grzegorz gregory
    aleksandr alexander / oleksandr aleksandr / sasha aleksandr / dmitry dmitri / dmitriy dmitrii / sergei sergey
    sergey serhiy / yevgeny evgeni / yevhen evgeny / natalya natalia / natalia nataliya / tatyana tatiana / olga olha
    bogdan bohdan / mikhail mykhailo / mikhail misha / volodymyr vladimir / ekaterina kateryna / yuri yury / yuri iurii
    yulia iuliia / aleksei alexey / alexei oleksiy / nikolai mykola / ivan vanya / ilya illia / andrei andriy
    mehmet mohammed / mehmet memo / huseyin hussein / ayşe ayse / aysa ayse / çetin cetin / cem cem / şahin sahin
    gökhan gokhan / süleyman suleyman / suleyman suleiman / mustafa mustapha / yusuf yousef / yusuf yousuf
    ibrahim ebrahim / hatice khadija / zeynep zainab / emre emre / ismail ismael
    mohammed muhammad / mohamed mohammad / muhammed mohamad / md mohammed / mohd muhammad / mo mohammed
    ahmed ahmad / achmed ahmed / hussain hussein / hossain husain / hassan hasan / omar umar / osman usman
    usman uthman / khalid khaled / tariq tarek / aisha ayesha / fatima fatma / maryam mariam / abdullah abdulla
    abdulrahman abdurrahman / abdirahman abdulrahman / abdelkader abdulqadir / abdulaziz abdelaziz / mahmood mahmoud
    masood masoud / saeed said / syed sayed / noor nur / leila layla / laila leyla / jafar jaafar / qasim kassim
    rashid rachid / sharif cherif / suleman sulaiman / yaqub yacoub / farouk farooq / walid waleed / isa issa
    fadumo fatima / abdi abdirahman / faisal faysal / haroon harun / ayub ayoub / daud dawood / zakaria zakariya
    gurpreet gurprit / jaswinder jasvinder / balwinder balvinder / lakshmi laxmi / sanjeev sanjiv / rajesh raj
    kuldeep kuldip / manjit manjeet / deepak dipak / sunil suneel / javed javaid / iqbal ikbal / nadeem nadim
    parveen parvin / rizwan ridwan / shafiq shafique / zahid zahed / rafiq rafique / imtiaz imtiyaz / aziz azeez
    oluwaseun seun / babatunde tunde / oluwafemi femi / funmilayo funmi / chukwuemeka emeka / temitope temi
    kwame kwami / kofi cofie / kwasi akwasi / kwabena kobina / akosua akosuah / adebayo bayo / tolulope tolu
    ioannis yiannis / giorgos georgios / dimitrios dimitris / konstantinos costas / panagiotis panos / eleni helen
    ion ioan / gheorghe george / mihai michael / ionut john / alexandru alex / nicolae nicholas / mihaela michaela
    jose pepe / francisco paco / guillermo william / joao john / giovanni john / giuseppe joseph / lucia lucy
    jesus chuy / eduardo edward / catarina catherine / enrique henry / matteo matthew
    gjergj george / stjepan stephen / jovan john / vytautas vytas / janis john / xiao hsiao / jozef joseph
    zoë zoe / renée renee / andré andre / björn bjorn / jürgen jurgen / françois francois
    jhon john / michale michael / micheal michael / stehpen stephen / jessca jessica / daivd david / sarsh sarah
    elizabteh elizabeth / willliam william / m1chael michael / j0hn john / christpoher christopher
    jarnes james / danie1 daniel / rnichael michael / 5teven steven / bamey barney
    mary-ann maryann / abdul-rahman abdulrahman / jean-paul jeanpaul / anne-marie annemarie
";

const GIVEN_DIFFERENT: &str = "
    maria mario / ali alia / jon jan / ali eli / amir amira / samir samira / karim karima / karim karam / jamal jamil
    paul paula / carl carla / robert roberta / daniel daniela / ivan ivana / simon simona / kamal kamil
    rashid rashad / hassan hussain / mohammed mahmood / ahmed hamid / ahmed amjad / abdulrahman abdulrahim
    abdulaziz abdullah / abdulkarim abdulhamid / omar amir / omar amar / said saad / salim salma / nadia nadim
    harpreet gurpreet / manpreet harpreet / mandeep sandeep / hardeep pardeep / rajinder ravinder
    jaswinder balwinder / kulwinder balwinder / satnam harnam / jagdeep hardeep / baljit daljit / manjit ranjit
    oluwaseun oluwatosin / chukwuemeka chukwudi / adebayo adeyemi / kwame kwaku / kofi kojo / akosua akua
    oluwafemi oluwatobi / ngozi nkechi / chidi chika
    peter paul / john james / mark luke / tom tim / jim tim / dean sean / mary gary / harry barry
    emma ella / jane june / joan jean / kelly nelly / ben ken / dan ian / lee leo / karl kyle
    andrew anthony / stephen stuart / christine christopher / marion martin / brian bruce / sarah sandra
    piotr pawel / tomasz tadeusz / marek marcin / jan jakub / ewa ola / zofia zuzanna
    sergei semyon / dmitry denis / olga oksana / natalya nadezhda / vladimir vyacheslav / mikhail matvei
    mehmet murat / huseyin hakan / emine elif / fatma filiz / ayse asli / osman orhan
    wei hui / ming ling / li lei / jun jing / mei min / chun chen / hao hui
    yusuf yunus / ismail ishaq / bilal bashir / hamza hafsa / zainab zahra / khadija khalida / imran irfan
    nasir naseem / tariq tahir / waqas waqar / shahid shahida / shabana shazia / rukhsana rizwana
    sunil sanjay / anil amit / dinesh mahesh / priya pooja
    giorgos grigoris / panos petros / ionut ionela / andrei adrian / mihai marius
    niamh nuala / ciaran cormac / aoife orla / declan dermot
";

const FAMILY_SAME: &str = "
    smith smyth / smith smythe / clark clarke / brown browne / thompson thomson / stevens stephens / philips phillips
    davies davis / reid reed / wright right / knight night / johnston johnstone / macdonald mcdonald
    mc-donald macdonald / mackenzie mckenzie / obrien o'brien / o-brien o'brien / connor o'connor / oneill o'neill
    sullivan o'sullivan / fitzgerald fitz-gerald / st-john stjohn / de-la-cruz delacruz / vanderberg van-der-berg
    d'souza dsouza / al-hassan alhassan / al-hassan hassan / el-sayed sayed / bin-laden laden / ben-ali ali
    smith-jones jones-smith / garcia-lopez lopez-garcia / taylor-brown taylor / jones-taylor taylor
    kowalski kowalska / kowalski kowalsky / kowalski kovalski / wisniewski wisniewska / wisniewska vishnevskaya
    lewandowski levandovski / ivanov ivanova / ivanov ivanoff / petrov petrova / shevchenko sevcenko / kovalenko kowalenko
    kazlauskas kazlauskaite / kazlauskas kazlauskiene / tchaikovsky chaikovskiy / łukasiewicz lukasiewicz
    müller mueller / muller müller / schröder schroeder / öztürk oezturk / öztürk ozturk / şahin shahin / çelik chelik
    yılmaz yilmaz / doğan dogan / hoxha hodja / popescu popesku / krasniqi krasnichi
    chowdhury choudhury / chowdhury chaudhry / sheikh shaikh / qureshi quraishi / siddiqui siddiqi / hussain hussein
    mohammed muhammad / ahmed ahmad / rahman rehman / begum begam / khatun khatoon / miah mia / uddin udin
    iqbal eqbal / malik maalik / akhtar akhter / bhatt bhat / patel patell / dhillon dhilon / sidhu siddhu
    mukherjee mukherji / banerjee banerji / krishnan krishna / kaur kour / singh sing / grewal garewal
    zhang cheung / wang wong / huang wong / chen chan / liu lau / xu hsu / zhou chow / wu ng / lin lam / zhao chiu
    nguyen nguyan / nguyễn nguyen / yang yeung / guo kwok / tsai cai
    adeyemi adeyami / okafor okafo / okonkwo okonkwor / nwachukwu nwachuku / boateng boatang / owusu owuso / mensah mensa
    warsame warsama / abdullahi abdulahi / papadopoulos papadopulos / hansen hanssen
    featherstone fetherstone / simth smith / smoth smith / snith smith / bums burns / dark clark / wi11iams williams
    edwards dwards / robinson robinsom / harrison harrrison / ko5cielny koscielny
    иванов ivanov / παπαδόπουλος papadopoulos / 张 zhang
";

const FAMILY_DIFFERENT: &str = "
    smith jones / khan patel / begum khatun / hall hill / bell ball / ward wood / king kane / green grant / hart hunt
    khan kaur / singh shah / gill bell / ali adi / ahmed akhtar / malik miah / hussain hassan / rahman rahim
    wang zhou / li liu / lee lau / chen cheung / ng ho / wong tang / nguyen tran
    kowalski kaminski / nowak novotny / wojcik wozniak / ivanov petrov / popescu ionescu / popa radu
    okafor okeke / adeyemi adebayo / mensah boateng / owusu osei / nwosu nwachukwu / kamara koroma
    yilmaz yildiz / kaya kara / demir dogan / ozturk ozdemir / hoxha shehu / berisha gashi
    robinson richardson / harris harrison / williams wilkinson / martin marsh / roberts rogers / carter cooper
    o'brien o'neill / mcdonald mckenzie / macleod mckay / murphy murray / kelly kennedy / walsh welch-hughes
    garcia gonzalez / lopez gomez / silva santos / rossi russo / al-hassan al-masri / van-der-berg van-dijk
    mohammed mahmood / abdi adan / warsame farah / tesfaye tekle / papadopoulos pappas-nikolaou
";

fn level(field: Field, a: &str, b: &str) -> Level {
    let other = "Quillfeather";
    // The list puts `-` where a space may be meant.
    let (a, b) = (a.replace('-', " "), b.replace('-', " "));
    let names = |name: &str| match field {
        Field::Given => (name.to_owned(), other.to_owned()),
        _ => (other.to_owned(), name.to_owned()),
    };
    let (given_names, family_name) = names(&a);
    let dob = "1984-03-02".parse().ok();
    let probe = PersonProbe { given_names, family_name, dob, ..PersonProbe::default() };
    let (given_names, family_name) = names(&b);
    let record = PersonRecord::read(&RawPerson {
        given_names: &given_names,
        family_name: &family_name,
        ..RawPerson::default()
    });
    compare(&PersonSubject::try_from(&probe).unwrap(), &record).level(field)
}

fn check(field: Field, pairs: &str, same: bool) {
    let wrong: Vec<String> = pairs
        .split(['/', '\n'])
        .map(str::trim)
        .filter(|pair| !pair.is_empty())
        .filter_map(|pair| {
            let (a, b) = pair.split_once(' ').unwrap();
            let (there, back) = (level(field, a, b), level(field, b, a));
            let fits = same != matches!(there, Level::Differ | Level::Close);
            (there != back || !fits).then(|| format!("{a} {b}: {there:?} {back:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {field:?}, same {same}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn given_names_that_may_be_one() {
    check(Field::Given, GIVEN_SAME, true);
}

#[test]
fn given_names_that_are_two() {
    check(Field::Given, GIVEN_DIFFERENT, false);
}

#[test]
fn family_names_that_may_be_one() {
    check(Field::Family, FAMILY_SAME, true);
}

#[test]
fn family_names_that_are_two() {
    check(Field::Family, FAMILY_DIFFERENT, false);
}
