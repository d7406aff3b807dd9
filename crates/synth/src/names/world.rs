//! Names of other traditions as they are written in the UK, the most frequent first.
//! Rare family names of a tradition are composed of its stems, links and endings.

use super::spelling::{self, Spelling};

/// One naming tradition.
pub(crate) struct Tradition {
    /// Share of people, in parts of a thousand.
    pub(crate) share: u32,
    /// Names of girls.
    pub(crate) female: &'static str,
    /// Names of boys.
    pub(crate) male: &'static str,
    /// Family names.
    pub(crate) family: &'static str,
    /// Share of people with a rare family name, in parts of a thousand.
    pub(crate) rare: u64,
    /// Beginnings of rare family names.
    pub(crate) stems: &'static str,
    /// What stands between a beginning and an end; often nothing.
    pub(crate) links: &'static [&'static str],
    /// Ends of rare family names.
    pub(crate) endings: &'static str,
    /// Nationalities of those who are not British.
    pub(crate) nationalities: &'static [&'static str],
    /// How its names are spelt in more ways than one.
    pub(crate) spelling: Spelling,
    /// Whether it writes the family name first.
    pub(crate) family_first: bool,
}

/// The traditions. What is left of a thousand is British.
pub(crate) const TRADITIONS: &[Tradition] = &[
    Tradition {
        share: 75,
        female: "Fatima Aisha Maryam Zainab Khadija Amina Ayesha Sana Hafsa Nadia Saima Shazia Rukhsana \
            Nasreen \
            Farzana Samina Sadia Iqra Zara Humaira Bushra Rabia Sumaiya Tahira Yasmin Parveen Noreen Shabana Halima \
            Taslima",
        male: "Mohammed Ali Ahmed Hassan Usman Hamza Bilal Imran Abdul Ibrahim Yusuf Omar Adnan Asif Kamran \
            Tariq \
            Faisal Zubair Nadeem Shahid Khalid Waqas Rashid Junaid Amir Haroon Naveed Saeed Iftikhar Shafiq Mahmood \
            Zahid Sajid Aziz Rahim",
        family: "Khan Ahmed Hussain Ali Begum Iqbal Malik Akhtar Mahmood Shah Mohammed Bibi Rahman Miah \
            Chowdhury \
            Butt Hussein Aslam Mirza Raja Anwar Ashraf Bashir Choudhury Qureshi Rashid Sheikh Siddiqui Uddin Khatun \
            Islam Haque Kazi Mia Javed Saleem Rafiq Yaqub Nawaz Hanif",
        rare: 220,
        stems: "Abdul Noor Shams Fakhr Jamal Zain Badr Sira Mahi Azim Taj Moin Nizam Salah Qamar Gul Shah \
            Mir Bakht Dost Sher Yar Nek Allah Khuda Pir Rahmat Karam Fazal Ghulam",
        links: &["", "", "i", "ul ", "a"],
        endings: "uddin ullah haq zada pur wala dar khel zai yar jan dad bakhsh ani wani mand",
        nationalities: &["Pakistani", "Bangladeshi", "Indian", "Afghan"],
        spelling: spelling::SOUTH_ASIAN_MUSLIM,
        family_first: false,
    },
    Tradition {
        share: 45,
        female: "Priya Anjali Kavita Sunita Meera Pooja Neha Rekha Harpreet Jaswinder Simran Manpreet Kiran \
            Deepa \
            Nisha Asha Lakshmi Gurpreet Amrit Radhika Hema Bhavna Shreya Anita Reena Balvinder",
        male: "Raj Sanjay Amit Rahul Vijay Ajay Ravi Harjit Gurpreet Jaspal Manjit Suresh Ramesh Anil Sunil \
            Dinesh \
            Mukesh Arjun Rohan Nikhil Kuldeep Balbir Satnam Amrik Hardeep Jagdeep Vikram Krishnan Nishanth Pradeep",
        family: "Patel Singh Kaur Shah Sharma Kumar Gill Sandhu Dhillon Sidhu Mistry Desai Joshi Mehta \
            Bains Grewal \
            Parmar Chauhan Rai Gupta Reddy Nair Verma Dhaliwal Chopra Kapoor Modi Rana Solanki Thakur Vora Pandya \
            Bhatt Aujla Johal",
        rare: 330,
        stems: "Rama Siva Chandra Bala Jaya Kuna Sunda Raga Nara Vija Selva Thana Gana Mana Pushpa Sata \
            Kanda Theva Yoga Nava Rath Kula Arula Mahe Ponna Velu Sri Surya Deva Indra",
        links: &["", "", "n", "r", "na", "va"],
        endings: "krishnan lingam nathan moorthy ratnam singham raja samy palan sekaran kumar pillai swamy \
            waran esan rasa mani dran",
        nationalities: &["Indian", "Sri Lankan", "Nepalese", "Kenyan"],
        spelling: spelling::SOUTH_ASIAN,
        family_first: false,
    },
    Tradition {
        share: 30,
        female: "Fatima Nour Layla Mariam Huda Rania Samira Dina Amal Salma Lina Zeinab Hanan Noura Iman \
            Rasha Yasmine \
            Souad Wafa Malak",
        male: "Mohamed Ahmad Mahmoud Khaled Omar Youssef Mustafa Karim Hussein Abdullah Tarek Ziad Samir \
            Walid Nabil \
            Bassam Jamal Faris Anas Rami Hisham Said Adel Marwan Ayman",
        family: "Hassan Ibrahim Saleh Mansour Haddad Al-Hassan Khalil Nasser Salem Abbas Mustafa Najjar \
            Al-Masri \
            Yousef El-Sayed Aziz Hamdan Khoury Al-Ahmad Darwish Farouk Sabbagh Osman Jaber Zidan Taha Othman \
            Al-Jabri Bakri Fayed",
        rare: 380,
        stems: "Al-Sham Al-Kar Al-Bas Al-Dul El-Mah El-Fak Al-Rub Al-Tam Al-Zub El-Gam Ben Bou Abu Al-Has \
            Al-Nas El-Kha Al-Jab Al-Qas El-Ham Al-Mut Al-Far El-Bad",
        links: &["", "", "a", "ar", "al", "im"],
        endings: "ani awi imi rani aidi adi ali aisi ouri oudi ashi afi aki ami abi ouni",
        nationalities: &["Iraqi", "Syrian", "Egyptian", "Moroccan", "Algerian", "Libyan"],
        spelling: spelling::ARAB,
        family_first: false,
    },
    Tradition {
        share: 45,
        female: "Ngozi Chioma Funmilayo Blessing Grace Abena Akosua Ama Adaeze Yetunde Folake Temitope \
            Esther Joy \
            Patience Comfort Titilayo Chinwe Amaka Efua Mercy Precious Bukola Nkechi",
        male: "Emeka Chidi Oluwaseun Kwame Kofi Tunde Femi Segun Emmanuel Samuel Chukwuemeka Ifeanyi Kwaku \
            Yaw Ayo \
            Kayode Babatunde Obinna Uche Kelechi Daniel Joseph Isaac Gabriel Prince Ebo",
        family: "Mensah Okafor Owusu Boateng Adeyemi Okeke Asante Eze Osei Balogun Appiah Agyeman Okonkwo \
            Adebayo Nwosu \
            Amoah Ogunleye Adu Oyelaran Bangura Kamara Conteh Sesay Koroma Addo Darko Frimpong Ansah Obi Nwachukwu",
        rare: 520,
        stems: "Ade Olu Ola Ogun Oye Ayo Afo Oyin Aki Omo Oba Ife Chuk Nwa Oko Eze Ani Ugo Obi Uzo Owu Bo \
            Ansa Adu Kwa Agye Ofo Asa Osi Dank",
        links: &["", "", "wu", "n", "ri", "la", "ko", "mo"],
        endings: "bayo yemi wale kunle niyi sola tola bukola dele moyin lade pelu semi kwo emeka chukwu nna \
            ike aku ezi teng mah wusu ako",
        nationalities: &["Nigerian", "Ghanaian", "Sierra Leonean", "Gambian"],
        spelling: spelling::WEST_AFRICAN,
        family_first: false,
    },
    Tradition {
        share: 25,
        female: "Hodan Asha Sahra Hibo Ifrah Amina Fadumo Halima Nimco Ayaan Selam Hirut Almaz Tigist Saba \
            Rahwa",
        male: "Abdi Mohamed Ahmed Abdirahman Hassan Ali Yusuf Ismail Abdullahi Mahad Liban Guled Dawit \
            Yonas Tesfaye \
            Haile Bereket Filmon Samuel Khadar Jama",
        family: "Mohamed Ali Hassan Abdi Ahmed Warsame Farah Jama Osman Omar Ibrahim Adan Hussein Yusuf \
            Abdullahi Nur \
            Tesfay Haile Gebremedhin Tekle Woldemariam Abebe Bekele Kidane",
        rare: 260,
        stems: "Gebre Wolde Haile Tekle Abdi Habte Desta Kiflu Tes Ber Gir Fik War Shir Dahi Gee Hir Sam",
        links: &["", "", "a", "e"],
        endings: "mariam michael selassie giorgis medhin rahman rizak wahab sen le re san di ye tu",
        nationalities: &["Somali", "Eritrean", "Ethiopian", "Sudanese"],
        spelling: spelling::HORN,
        family_first: false,
    },
    Tradition {
        share: 60,
        female: "Anna Agnieszka Katarzyna Magdalena Malgorzata Joanna Ewa Monika Andreea Elena Ioana Maria \
            Mihaela \
            Alina Cristina Kristina Rasa Daiva Olga Natalia Svetlana Karolina Justyna Iwona",
        male: "Piotr Krzysztof Andrzej Tomasz Pawel Michal Marcin Lukasz Jakub Kamil Andrei Alexandru Ionut \
            Mihai \
            Bogdan Florin Vasile Marius Darius Tomas Mindaugas Oleksandr Serhiy Dmitri Ivan Georgi Dimitar Jan \
            Mateusz Grzegorz",
        family: "Nowak Kowalski Wisniewski Popescu Ionescu Popa Radu Kaminski Lewandowski Zielinski Wojcik \
            Stan \
            Dumitru Kazlauskas Petrauskas Ivanov Petrov Dimitrov Shevchenko Kovalenko Bondarenko Szymanski Wozniak \
            Dabrowski Mazur Krawczyk Stoica Munteanu Rusu Moldovan Jankauskas Horvath Novak Balogh",
        rare: 620,
        stems: "Bran Dobr Gor Jabl Kal Lip Mal Olsz Rog Sok Tarn Wol Zab Kroch Brzoz Czarn Sieradz Klim \
            Grab Kob Mich Star Szcz Wierz Zaw Pod Kost Mor Rad Bor Sav Petr Kon Vas Stef Iov Cher Bel Zhur \
            Lys",
        links: &["", "", "an", "ec", "ol", "in", "ar", "usz", "en", "ich"],
        endings: "owski ewski inski icki czyk iak escu eanu enko owicz aitis auskas chuk evich ov ev ak ar \
            aru oiu",
        nationalities: &["Polish", "Romanian", "Lithuanian", "Bulgarian", "Ukrainian", "Latvian"],
        spelling: spelling::EAST_EUROPEAN,
        family_first: false,
    },
    Tradition {
        share: 15,
        female: "Elira Arta Blerta Valbona Mimoza Drita Teuta Ermira Albana Lindita Vjosa Besa",
        male: "Arben Besnik Dritan Ilir Agron Fatos Gentian Ardit Kreshnik Altin Bledar Ermal Klodian Edon \
            Florian \
            Leotrim Endrit",
        family: "Hoxha Shehu Gjoka Krasniqi Berisha Gashi Dervishi Prifti Leka Kola Hasani Morina Bytyqi \
            Kelmendi \
            Rama Shala Marku Lleshi Cela Toska",
        rare: 420,
        stems: "Gjon Mark Bib Leke Mem Dush Ndre Preng Hal Sul Beq Zef Kuk Dod Nik Vuk Lul Maz",
        links: &["", "", "an", "ar", "ush"],
        endings: "aj eci ollari etaj isti olli aku ani iqi oshi",
        nationalities: &["Albanian", "Kosovan"],
        spelling: spelling::ALBANIAN,
        family_first: false,
    },
    Tradition {
        share: 25,
        female: "Ayse Fatma Emine Zeynep Elif Hatice Meryem Sevgi Ozlem Gulsen Filiz Derya Selin Dilek \
            Songul Nuray",
        male: "Mehmet Mustafa Ahmet Ali Huseyin Hasan Ibrahim Murat Emre Osman Kemal Serkan Burak Yilmaz \
            Cem Baris \
            Ozgur Hakan Erdal Deniz Volkan",
        family: "Yilmaz Kaya Demir Celik Sahin Yildiz Ozturk Aydin Arslan Dogan Kilic Aslan Cetin Kara Koc \
            Kurt Ozdemir \
            Simsek Polat Erdogan Aksoy Korkmaz Gunes Tekin Bulut",
        rare: 480,
        stems: "Oz Ak Kara Er Gok Tas Demir Bal Yalcin Kutlu Sar Kaya Bay Gun Ay Yildiz Alt Cag Bes Uz Ars \
            Duru Sen Toz",
        links: &["", "", "al", "en", "i", "lar"],
        endings: "demir oglu kan turk can pinar bas tepe soy gul er kaya ci li mez han yurt dag su tas",
        nationalities: &["Turkish", "Cypriot"],
        spelling: spelling::TURKISH,
        family_first: false,
    },
    Tradition {
        share: 20,
        female: "Mei Li Xiu Ying Yan Jing Hui Fang Lan Xiaoyan Wing Suet Thuy Linh Huong Lan-Anh",
        male: "Wei Jun Ming Chun Kwok Hao Jian Lei Qiang Tao Chi Kin Van Minh Tuan Duc Hung Zhiqiang",
        family: "Wong Chan Chen Li Wang Zhang Liu Lam Cheung Nguyen Tran Ho Lee Leung Huang Yang Zhao Wu \
            Zhou Lin Ng Tang \
            Chow Xu Pham Le Yeung Cheng Mak Kwok",
        rare: 60,
        stems: "Au Ou Szeto Sito Situ Soong Ouyang Shang Zhuge Sima Fung Tse Yip Kwong",
        links: &[""],
        endings: "-Yeung -Wong -Chan -Lam -Lee -Tang -Ho -Cheng",
        nationalities: &["Chinese", "Vietnamese", "Malaysian"],
        spelling: spelling::CHINESE,
        family_first: true,
    },
];
