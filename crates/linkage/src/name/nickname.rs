//! Nicknames, diminutives and spellings of one given name, in groups under a canonical form.
//! A name may stand in several groups: `alex` is short for both alexander and alexandra.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Canonical form first, then its variants.
const GROUPS: &[&str] = &[
    // English names and their short forms.
    "aaron ron ronnie arron aron",
    "abigail abby abbie abi gail",
    "abraham abe bram",
    "adam ad",
    "adrian ade",
    "agnes aggie nessie",
    "alan al allan allen alun",
    "albert al bert bertie alby",
    "alexander alex al alec alick alasdair alistair alastair lex sandy xander sasha zander",
    "alexandra alex alexa lexi sandra sandy sasha alix",
    "alfred al alf alfie fred",
    "alice ali allie alys",
    "alison ali allison alyson",
    "amanda mandy manda",
    "amelia amy millie milly",
    "andrea andi andie",
    "andrew andy drew andi andreas andrei andrzej andre",
    "angela angie ange",
    "anna ann anne annie ana hannah anya anja",
    "anthony tony antony ant anton antonio antoni",
    "archibald archie baldy",
    "arthur art artie",
    "barbara barb babs barbie bab",
    "barnaby barney",
    "barry baz bazza barrie",
    "bartholomew bart",
    "beatrice bea trixie beatrix",
    "belinda linda bel",
    "benjamin ben benny benji benjy",
    "bernadette bernie detta",
    "bernard bernie",
    "bradley brad",
    "brian bryan bri",
    "bridget bridie biddy brigid",
    "callum calum cal",
    "cameron cam",
    "caroline carol carrie caro carolyn carolina lina",
    "catherine cath cathy cat kate katie katy kat kath kathy katherine kathryn kathleen cathryn katharine kitty karen",
    "charles charlie chas chuck chaz charley carl karol",
    "charlotte charlie lottie lotte char",
    "christina chris tina chrissy christine kristina kirsty christy chrissie",
    "christopher chris kit topher kris christof cristopher kristopher krzysztof",
    "clifford cliff",
    "connor conor con",
    "constance connie",
    "craig greg",
    "curtis curt kurt",
    "cynthia cindy",
    "daniel dan danny dani danyal danial",
    "danielle dani daniella",
    "david dave davy davey dai dafydd dawid davie",
    "deborah deb debbie debra debs",
    "dennis den denny denis",
    "derek del dez derrick deric",
    "desmond des dez",
    "diana di diane dianne",
    "dominic dom nic dominik",
    "donald don donny donnie",
    "dorothy dot dotty dolly dora",
    "douglas doug dougie duggie",
    "duncan dunc",
    "edward ed eddie eddy ted teddy ned eduard edvard",
    "eleanor ellie ella nell nellie elinor eleanora lenny nora",
    "elizabeth liz lizzie beth betty bess bessie eliza elsie libby lisa liza lilibet elisabeth betsy elspeth lily",
    "emily em emmy millie",
    "emma em emmie",
    "ernest ernie",
    "eugene gene",
    "evelyn eve evie",
    "florence flo florrie flossie",
    "frances fran frankie fanny francesca francine",
    "francis frank frankie fran franky francesco",
    "franklin frank",
    "frederick fred freddie freddy rick frederic fredrick",
    "gabriel gabe gab",
    "gabrielle gabby gaby gabriella",
    "gareth gaz gary garth",
    "gary gaz gazza garry",
    "gavin gav",
    "geoffrey geoff jeff jeffrey jeffery",
    "george georgie geordie georg jorge jerzy",
    "georgina georgie george georgia gina",
    "gerald gerry jerry gerard ged",
    "gillian gill jill jilly gilly",
    "gordon gord gordie",
    "graham graeme grahame gray",
    "gregory greg gregor grzegorz",
    "harold harry hal",
    "harriet hattie harry harri",
    "harrison harry harris",
    "heather heth",
    "helen nell nellie ellen helena elena lena eileen",
    "henry harry hank hal henri",
    "herbert bert herb bertie",
    "hilary hil hilly",
    "howard howie",
    "hugh hughie shug hugo huw",
    "ian iain ean",
    "irene rene rena",
    "isaac ike zac izaak ishaq",
    "isabella bella izzy isabel isobel isabelle bel ishbel",
    "jacob jake jakub jakob",
    "jacqueline jackie jacqui jaqueline jacky",
    "james jim jimmy jamie jimmie jem jas seamus hamish jaime",
    "jane janey jayne jan janie janet",
    "janet jan jen",
    "jasmine jas jaz yasmin yasmine jazz",
    "jason jay jase",
    "jean jeanie jeannie",
    "jennifer jen jenny jenni jenn jennie",
    "jeremy jerry jez jem",
    "jessica jess jessie",
    "joan joanie joni",
    "joanna jo joanne joann johanna",
    "jonathan jon jonny john johnny jonathon nathan johnathan",
    "john johnny jack jon jock jackie johnnie ian sean shaun shane johan jan juan ivan evan",
    "joseph joe joey jo josef jozef jose giuseppe",
    "josephine jo josie joe fifi",
    "joshua josh",
    "joyce joy",
    "judith judy jude judi",
    "julia julie jules juliet",
    "julian jules jools",
    "karen kaz karon caren",
    "keith keef",
    "kelly kel kelley kellie",
    "kenneth ken kenny kenney",
    "kevin kev kevan",
    "kimberley kim kimberly kimmy",
    "kirsten kirsty kirstin kirstie",
    "laura laurie lori lora",
    "lauren lauryn loz",
    "laurence larry laurie lawrence loz lorenzo lars",
    "leonard len lenny leo leonardo leon",
    "leslie les lesley",
    "lewis lew louis louie luis",
    "lillian lily lil lilly lilian",
    "linda lin lindy lynda",
    "louise lou lulu louisa",
    "lucas luke luca lukas lukasz",
    "lucy lu lucie lucinda",
    "madeleine maddie maddy madeline",
    "malcolm mal malc",
    "marcus mark marc marek marco",
    "margaret maggie meg peggy marge margie madge greta rita mags margo peg maggy margot malgorzata",
    "maria mary marie mariam maryam miriam mia ria",
    "marilyn lyn",
    "mark marc marky marko",
    "martin marty martyn marcin",
    "martha marty mattie",
    "mary molly polly mae may moll marie",
    "matilda tilly tilda mattie",
    "matthew matt matty mathew mattie mateusz matteo",
    "maureen mo maura",
    "maurice mo morris maurizio",
    "maxwell max maxie",
    "maximilian max",
    "melanie mel",
    "melissa mel lissa missy",
    "michael mike mick micky mickey mikey mikael michal mikhail miguel micheal",
    "michelle shell chelle shelly michele",
    "mildred millie milly",
    "miranda randy mandy",
    "mohinder mo",
    "molly moll mollie",
    "morgan mo morgs",
    "natalie nat natalia tally natasha",
    "natasha tash tasha nat",
    "nathan nat nate nathaniel",
    "neil neal niall nigel",
    "nicholas nick nicky nic nicolas niko mikolaj nikolai nico nicolae",
    "nicola nicky nic nikki nicki nicole nikita",
    "nigel nige",
    "norman norm",
    "oliver ollie olly",
    "olivia liv livvy olive ollie",
    "oscar ozzie oskar",
    "owen owain",
    "pamela pam pammy",
    "patricia pat patsy trish tricia paddy trisha patti patty",
    "patrick pat paddy patryk rick padraig",
    "paul pauly pavel pawel paulo pablo",
    "paula pauline polly",
    "penelope penny pen",
    "peter pete petey piotr pedro pieter petr",
    "philip phil pip filip phillip pip",
    "philippa pippa pip phil",
    "priscilla cilla prissy",
    "rachel rach rachael rae",
    "raymond ray raymund",
    "rebecca becky becca becks bex rebekah",
    "reginald reg reggie rex",
    "rhys reece rees reese",
    "richard rick dick ricky rich richie dickie ritchie ricardo ryszard rik",
    "robert rob bob bobby robbie bert robin roberto rab rabbie robby",
    "robin rob bobby",
    "roderick rod roddy rory",
    "rodney rod roddy",
    "roger rodge rog",
    "roland rolly rollo rowland",
    "ronald ron ronnie ronny",
    "rosemary rose rosie romy",
    "roy royston",
    "russell russ rusty",
    "ruth ruthie",
    "samantha sam sammy sammie",
    "samuel sam sammy sami",
    "sandra sandy sandie",
    "sarah sara sally sadie sal",
    "scott scotty",
    "sean shaun shawn shane eoin",
    "sebastian seb bastian baz",
    "sharon shaz shazza sharron",
    "sheila shelagh sheelagh",
    "shirley shirl",
    "sidney sid syd sydney",
    "simon si sy szymon",
    "sophia sophie sofia soph sofie zofia",
    "stanley stan stanislaw",
    "stella estelle",
    "stephanie steph stevie stefanie steffi",
    "stephen steve stevie steven ste stefan stephan esteban",
    "stuart stu stew stewart",
    "susan sue susie suzie suzanne suzy susanna susannah sukie",
    "sylvia sylvie silvia syl",
    "terence terry tel terrence terrance",
    "teresa terry tess tessa theresa tracy tracey",
    "thaddeus thad tadeusz",
    "theodore theo ted teddy teodor",
    "thomas tom tommy thom tomas tomasz tam",
    "timothy tim timmy",
    "tobias toby tobi",
    "tracey tracy trace traci",
    "tyrone ty",
    "valerie val",
    "vanessa nessa ness",
    "veronica ronnie vera nica",
    "victor vic vick viktor",
    "victoria vicky vicki vickie tori toria vic viktoria",
    "vincent vince vinny vinnie vin",
    "virginia ginny ginnie",
    "vivian viv vivien vivienne",
    "walter wally walt wat",
    "wayne wayney",
    "wendy wend",
    "wesley wes",
    "wilfred wilf wilfrid fred will",
    "william will bill billy liam willie willy wills wilhelm gwilym guillermo",
    "winifred win winnie freda",
    "yvonne von eve",
    "zachary zac zach zak zack zakariya zacharias",
    "zoe zoey",
    // Spellings of names that come from other scripts.
    "abdullah abdulla abdallah abdul abdula",
    "abdulrahman abdurrahman abdelrahman abdirahman abdulrehman",
    "abubakar abubakr abubaker",
    "ahmed ahmad achmed ahmet ahmd",
    "aisha ayesha aysha aishah aicha ayshah asha",
    "aleksandr alexander oleksandr aleksander aliaksandr sasha",
    "aleksei alexey aleksey alexei oleksiy oleksii",
    "ali aly alli",
    "amina aminah ameena aminata",
    "amir ameer emir aamir",
    "asif aasif",
    "dmitry dmitri dmitriy dmytro dima dimitri",
    "evgeny yevgeny evgeni evgeniy yevhen evgenii",
    "farah farrah",
    "fatima fatimah fatema fatma fathima faduma",
    "gurpreet gurprit",
    "harpreet harprit",
    "hassan hasan hassaan",
    "hussein hussain husain hossain hussayn hosein husayn",
    "ibrahim ebrahim ibraheem ibrahima ibro",
    "imran emran",
    "ismail ismael ismaeel esmail",
    "jamal jamaal djamal gamal jama",
    "khadija khadijah khadeeja hadiza",
    "khalid khaled halid",
    "mahmoud mahmood mahmud mehmood",
    "mohammed muhammad mohamed mohammad muhammed mohamad muhamad mohamud mehmet mehmed mahomed md mohd mo muhammet mohammod",
    "mustafa mostafa mustapha moustafa",
    "natalya natalia nataliya natalie natasha",
    "omar umar omer umer",
    "osman usman uthman othman ousmane",
    "rahim raheem",
    "rashid rasheed rachid",
    "said saeed sayed syed saed sayid saied",
    "salim saleem selim",
    "sergei sergey serhiy serhii sergiy sergio serge",
    "tariq tarik tareq tarek",
    "vladimir volodymyr vlad uladzimir wladimir vova",
    "xiao hsiao",
    "yasin yaseen yassin yassine",
    "yousef yusuf yousuf yusef youssef yosef joseph youcef",
    "yuri yuriy iouri yury yurii",
    "zainab zaynab zeinab zeynep",
];

static BY_NAME: LazyLock<HashMap<&'static str, Vec<u16>>> = LazyLock::new(|| {
    let mut by_name: HashMap<&'static str, Vec<u16>> = HashMap::new();
    for (group, names) in (0..).zip(GROUPS) {
        for name in names.split(' ') {
            let groups = by_name.entry(name).or_default();
            if groups.last() != Some(&group) {
                groups.push(group);
            }
        }
    }
    by_name
});

/// The groups that a normal token belongs to.
pub(crate) fn groups(token: &str) -> &'static [u16] {
    BY_NAME.get(token).map_or(&[], Vec::as_slice)
}

/// Whether two names have a group in common.
pub(crate) fn share_a_group(a: &[u16], b: &[u16]) -> bool {
    a.iter().any(|group| b.contains(group))
}

/// The canonical forms of a given name in its normal form: `bill` gives `william`; a name in no group gives itself.
pub fn canonical_forms(token: &str) -> impl Iterator<Item = &str> {
    let groups = groups(token);
    let heads = groups.iter().filter_map(|&group| GROUPS.get(usize::from(group))?.split(' ').next());
    heads.chain(groups.is_empty().then_some(token))
}

/// All names that share a group with a given name, itself left out.
pub(crate) fn kindred(token: &str) -> impl Iterator<Item = &'static str> + use<'_> {
    let names = groups(token).iter().filter_map(|&group| GROUPS.get(usize::from(group)));
    names.flat_map(|names| names.split(' ')).filter(move |&name| name != token)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{GROUPS, canonical_forms, groups, share_a_group};

    #[test]
    fn nicknames_lead_to_their_names() {
        for (a, b, alike) in [
            ("bill", "william", true),
            ("liam", "bill", true),
            ("kate", "kathryn", true),
            ("mohamed", "muhammad", true),
            ("md", "mohammad", true),
            ("alex", "alexandra", true),
            ("alex", "alexander", true),
            ("alexander", "alexandra", false),
            ("yusuf", "joseph", true),
            ("john", "jonathan", true),
            ("peter", "paul", false),
        ] {
            assert_eq!(share_a_group(groups(a), groups(b)), alike, "{a} {b}");
        }
        assert_eq!(canonical_forms("bill").collect::<Vec<_>>(), ["william"]);
        assert_eq!(canonical_forms("bartek").collect::<Vec<_>>(), ["bartek"]);
    }

    #[test]
    fn the_table_is_normal_and_each_canonical_form_heads_one_group() {
        let heads: HashSet<_> = GROUPS.iter().filter_map(|names| names.split(' ').next()).collect();
        assert_eq!(heads.len(), GROUPS.len());
        assert!(GROUPS.len() >= 150);
        for names in GROUPS {
            assert!(
                names.split(' ').all(|name| name.bytes().all(|b| b.is_ascii_lowercase()) && !name.is_empty()),
                "{names}"
            );
        }
    }
}
