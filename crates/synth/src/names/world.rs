//! Names of other traditions as they are written in the UK, the most frequent first.
//! Rare family names of a tradition are composed of its stems and endings.

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
    /// Beginnings of rare family names.
    pub(crate) stems: &'static str,
    /// Ends of rare family names.
    pub(crate) endings: &'static str,
    /// Nationalities of those who are not British.
    pub(crate) nationalities: &'static [&'static str],
}

/// The traditions. What is left of a thousand is British.
pub(crate) const TRADITIONS: &[Tradition] = &[
    Tradition {
        share: 75,
        female: "Fatima Aisha Maryam Zainab Khadija Amina Ayesha Sana Hafsa Nadia Saima Shazia Rukhsana Nasreen \
            Farzana Samina Sadia Iqra Zara Humaira Bushra Rabia Sumaiya Tahira Yasmin Parveen Noreen Shabana Halima \
            Taslima",
        male: "Mohammed Ali Ahmed Hassan Usman Hamza Bilal Imran Abdul Ibrahim Yusuf Omar Adnan Asif Kamran Tariq \
            Faisal Zubair Nadeem Shahid Khalid Waqas Rashid Junaid Amir Haroon Naveed Saeed Iftikhar Shafiq Mahmood \
            Zahid Sajid Aziz Rahim",
        family: "Khan Ahmed Hussain Ali Begum Iqbal Malik Akhtar Mahmood Shah Mohammed Bibi Rahman Miah Chowdhury \
            Butt Hussein Aslam Mirza Raja Anwar Ashraf Bashir Choudhury Qureshi Rashid Sheikh Siddiqui Uddin Khatun \
            Islam Haque Kazi Mia Javed Saleem Rafiq Yaqub Nawaz Hanif",
        stems: "Abdul Noor Shams Fakhr Jamal Zain Badr Sira Mahi Azim Taj Moin Nizam Salah Qamar",
        endings: "uddin ullah ulhaq zada pur wala dar",
        nationalities: &["Pakistani", "Bangladeshi", "Indian", "Afghan"],
    },
    Tradition {
        share: 45,
        female: "Priya Anjali Kavita Sunita Meera Pooja Neha Rekha Harpreet Jaswinder Simran Manpreet Kiran Deepa \
            Nisha Asha Lakshmi Gurpreet Amrit Radhika Hema Bhavna Shreya Anita Reena Balvinder",
        male: "Raj Sanjay Amit Rahul Vijay Ajay Ravi Harjit Gurpreet Jaspal Manjit Suresh Ramesh Anil Sunil Dinesh \
            Mukesh Arjun Rohan Nikhil Kuldeep Balbir Satnam Amrik Hardeep Jagdeep Vikram Krishnan Nishanth Pradeep",
        family: "Patel Singh Kaur Shah Sharma Kumar Gill Sandhu Dhillon Sidhu Mistry Desai Joshi Mehta Bains Grewal \
            Parmar Chauhan Rai Gupta Reddy Nair Verma Dhaliwal Chopra Kapoor Modi Rana Solanki Thakur Vora Pandya \
            Bhatt Aujla Johal",
        stems: "Rama Siva Chandra Bala Jaya Kuna Sunda Raga Nara Vija Selva Thana",
        endings: "krishnan lingam nathan moorthy ratnam singham raja samy palan",
        nationalities: &["Indian", "Sri Lankan", "Nepalese", "Kenyan"],
    },
    Tradition {
        share: 30,
        female: "Fatima Nour Layla Mariam Huda Rania Samira Dina Amal Salma Lina Zeinab Hanan Noura Iman Rasha Yasmine \
            Souad Wafa Malak",
        male: "Mohamed Ahmad Mahmoud Khaled Omar Youssef Mustafa Karim Hussein Abdullah Tarek Ziad Samir Walid Nabil \
            Bassam Jamal Faris Anas Rami Hisham Said Adel Marwan Ayman",
        family: "Hassan Ibrahim Saleh Mansour Haddad Al-Hassan Khalil Nasser Salem Abbas Mustafa Najjar Al-Masri \
            Yousef El-Sayed Aziz Hamdan Khoury Al-Ahmad Darwish Farouk Sabbagh Osman Jaber Zidan Taha Othman \
            Al-Jabri Bakri Fayed",
        stems: "Al-Sham Al-Kar Al-Bas Al-Dul El-Mah El-Fak Al-Rub Al-Tam Al-Zub El-Gam",
        endings: "ani awi imi rani aidi adi ali aisi",
        nationalities: &["Iraqi", "Syrian", "Egyptian", "Moroccan", "Algerian", "Libyan"],
    },
    Tradition {
        share: 45,
        female: "Ngozi Chioma Funmilayo Blessing Grace Abena Akosua Ama Adaeze Yetunde Folake Temitope Esther Joy \
            Patience Comfort Titilayo Chinwe Amaka Efua Mercy Precious Bukola Nkechi",
        male: "Emeka Chidi Oluwaseun Kwame Kofi Tunde Femi Segun Emmanuel Samuel Chukwuemeka Ifeanyi Kwaku Yaw Ayo \
            Kayode Babatunde Obinna Uche Kelechi Daniel Joseph Isaac Gabriel Prince Ebo",
        family: "Mensah Okafor Owusu Boateng Adeyemi Okeke Asante Eze Osei Balogun Appiah Agyeman Okonkwo Adebayo Nwosu \
            Amoah Ogunleye Adu Oyelaran Bangura Kamara Conteh Sesay Koroma Addo Darko Frimpong Ansah Obi Nwachukwu",
        stems: "Ade Olu Ola Ogun Oye Ayo Afo Oyin Aki Omo",
        endings: "bayo yemi wale kunle niyi sola tola bukola dele moyin lade pelu semi",
        nationalities: &["Nigerian", "Ghanaian", "Sierra Leonean", "Gambian"],
    },
    Tradition {
        share: 25,
        female: "Hodan Asha Sahra Hibo Ifrah Amina Fadumo Halima Nimco Ayaan Selam Hirut Almaz Tigist Saba Rahwa",
        male: "Abdi Mohamed Ahmed Abdirahman Hassan Ali Yusuf Ismail Abdullahi Mahad Liban Guled Dawit Yonas Tesfaye \
            Haile Bereket Filmon Samuel Khadar Jama",
        family: "Mohamed Ali Hassan Abdi Ahmed Warsame Farah Jama Osman Omar Ibrahim Adan Hussein Yusuf Abdullahi Nur \
            Tesfay Haile Gebremedhin Tekle Woldemariam Abebe Bekele Kidane",
        stems: "Gebre Wolde Haile Tekle Abdi Habte",
        endings: "mariam michael selassie giorgis medhin rahman rizak wahab",
        nationalities: &["Somali", "Eritrean", "Ethiopian", "Sudanese"],
    },
    Tradition {
        share: 60,
        female: "Anna Agnieszka Katarzyna Magdalena Malgorzata Joanna Ewa Monika Andreea Elena Ioana Maria Mihaela \
            Alina Cristina Kristina Rasa Daiva Olga Natalia Svetlana Karolina Justyna Iwona",
        male: "Piotr Krzysztof Andrzej Tomasz Pawel Michal Marcin Lukasz Jakub Kamil Andrei Alexandru Ionut Mihai \
            Bogdan Florin Vasile Marius Darius Tomas Mindaugas Oleksandr Serhiy Dmitri Ivan Georgi Dimitar Jan \
            Mateusz Grzegorz",
        family: "Nowak Kowalski Wisniewski Popescu Ionescu Popa Radu Kaminski Lewandowski Zielinski Wojcik Stan \
            Dumitru Kazlauskas Petrauskas Ivanov Petrov Dimitrov Shevchenko Kovalenko Bondarenko Szymanski Wozniak \
            Dabrowski Mazur Krawczyk Stoica Munteanu Rusu Moldovan Jankauskas Horvath Novak Balogh",
        stems: "Bran Dobr Gor Jabl Kal Lip Mal Olsz Rog Sok Tarn Wol Zab Kroch Brzoz Czarn Sieradz Klim",
        endings: "owski ewski inski icki czyk iak escu eanu enko",
        nationalities: &["Polish", "Romanian", "Lithuanian", "Bulgarian", "Ukrainian", "Latvian"],
    },
    Tradition {
        share: 15,
        female: "Elira Arta Blerta Valbona Mimoza Drita Teuta Ermira Albana Lindita Vjosa Besa",
        male: "Arben Besnik Dritan Ilir Agron Fatos Gentian Ardit Kreshnik Altin Bledar Ermal Klodian Edon Florian \
            Leotrim Endrit",
        family: "Hoxha Shehu Gjoka Krasniqi Berisha Gashi Dervishi Prifti Leka Kola Hasani Morina Bytyqi Kelmendi \
            Rama Shala Marku Lleshi Cela Toska",
        stems: "Gjon Mark Bib Leke Mem Dush Ndre Preng",
        endings: "aj eci ollari etaj isti olli",
        nationalities: &["Albanian", "Kosovan"],
    },
    Tradition {
        share: 25,
        female: "Ayse Fatma Emine Zeynep Elif Hatice Meryem Sevgi Ozlem Gulsen Filiz Derya Selin Dilek Songul Nuray",
        male: "Mehmet Mustafa Ahmet Ali Huseyin Hasan Ibrahim Murat Emre Osman Kemal Serkan Burak Yilmaz Cem Baris \
            Ozgur Hakan Erdal Deniz Volkan",
        family: "Yilmaz Kaya Demir Celik Sahin Yildiz Ozturk Aydin Arslan Dogan Kilic Aslan Cetin Kara Koc Kurt Ozdemir \
            Simsek Polat Erdogan Aksoy Korkmaz Gunes Tekin Bulut",
        stems: "Oz Ak Kara Er Gok Tas Demir Bal Yalcin Kutlu Sar",
        endings: "demir oglu kan turk can pinar bas tepe soy gul",
        nationalities: &["Turkish", "Cypriot"],
    },
    Tradition {
        share: 20,
        female: "Mei Li Xiu Ying Yan Jing Hui Fang Lan Xiaoyan Wing Suet Thuy Linh Huong Lan-Anh",
        male: "Wei Jun Ming Chun Kwok Hao Jian Lei Qiang Tao Chi Kin Van Minh Tuan Duc Hung Zhiqiang",
        family: "Wong Chan Chen Li Wang Zhang Liu Lam Cheung Nguyen Tran Ho Lee Leung Huang Yang Zhao Wu Zhou Lin Ng Tang \
            Chow Xu Pham Le Yeung Cheng Mak Kwok",
        stems: "Au Ou Szeto Sito Situ Soong",
        endings: "-Yeung -Wong -Chan -Lam -Lee",
        nationalities: &["Chinese", "Vietnamese", "Malaysian"],
    },
];
