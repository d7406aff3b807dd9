//! Closed lists of words, each in one place: purposes, gradings, markings, categories.
//! A word outside its list is an error that names the nearest word inside it.

/// A word that is not in its closed list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is not a {what}; {suggestion}")]
pub struct UnknownWord {
    /// What kind of word was wanted, such as `purpose`.
    pub what: &'static str,
    /// The word that was given.
    pub given: String,
    /// What was probably meant, or the whole list.
    pub suggestion: String,
}

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident is $what:literal { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// Every word of the list, in its order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Every word of the list as it is written.
            pub const WORDS: &'static [&'static str] = &[$($word,)+];

            /// The word as it is written in records, questions and answers.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::vocabulary::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::vocabulary::UnknownWord {
                        what: $what,
                        given: word.to_owned(),
                        suggestion: $crate::nearest::suggestion(word, Self::WORDS.iter().copied()),
                    }),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                word.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use vocabulary;

vocabulary! {
    /// Why a question is asked: the law-enforcement purposes of the Data Protection Act 2018, section 31.
    Purpose is "purpose" {
        /// Preventing crime.
        Prevention = "prevention",
        /// Investigating crime.
        Investigation = "investigation",
        /// Detecting crime.
        Detection = "detection",
        /// Prosecuting crime.
        Prosecution = "prosecution",
        /// Executing criminal penalties.
        Penalties = "penalties",
        /// Safeguarding against threats to public safety.
        Safeguarding = "safeguarding",
    }
}

vocabulary! {
    /// The legal basis on which the asker relies beside the purpose. Which statute fits is for the asker's force to say;
    /// a policy may demand one.
    LegalBasis is "legal basis" {
        /// The policing purpose at common law.
        CommonLaw = "common_law",
        /// Crime and Disorder Act 1998, section 115.
        CrimeAndDisorder = "crime_and_disorder",
        /// Criminal Procedure and Investigations Act 1996.
        Cpia = "cpia",
        /// Proceeds of Crime Act 2002.
        ProceedsOfCrime = "proceeds_of_crime",
        /// Modern Slavery Act 2015.
        ModernSlavery = "modern_slavery",
        /// Terrorism Act 2000.
        Terrorism = "terrorism",
        /// Children Act 2004, section 11.
        ChildrenAct = "children_act",
        /// A warrant or another order of a court.
        CourtOrder = "court_order",
        /// Somebody's vital interests (Data Protection Act 2018, Schedule 8, paragraph 3).
        VitalInterests = "vital_interests",
    }
}

vocabulary! {
    /// How urgent a question is to its asker.
    Urgency is "urgency" {
        /// Ordinary work, and the word of a question that says nothing.
        Routine = "routine",
        /// Ahead of ordinary work.
        Priority = "priority",
        /// Somebody's life is in danger: the glass is broken. Asked only with a reason and a second person's approval.
        ThreatToLife = "threat_to_life",
    }
}

vocabulary! {
    /// A person's rank, as their own force attests it.
    Rank is "rank" {
        /// Police staff, who hold no rank.
        Staff = "staff",
        /// Constable.
        Constable = "constable",
        /// Sergeant.
        Sergeant = "sergeant",
        /// Inspector.
        Inspector = "inspector",
        /// Chief inspector.
        ChiefInspector = "chief_inspector",
        /// Superintendent.
        Superintendent = "superintendent",
        /// Chief superintendent.
        ChiefSuperintendent = "chief_superintendent",
        /// Above: assistant, deputy and chief constables, commanders and commissioners.
        ChiefOfficer = "chief_officer",
    }
}

vocabulary! {
    /// The highest vetting that a person holds, as their own force attests it: the police's own levels, then the
    /// national security clearances.
    Vetting is "vetting" {
        /// Recruitment vetting.
        Recruitment = "rv",
        /// Management vetting.
        Management = "mv",
        /// Counter-terrorist check.
        CounterTerroristCheck = "ctc",
        /// Security check.
        SecurityCheck = "sc",
        /// Developed vetting.
        DevelopedVetting = "dv",
    }
}

vocabulary! {
    /// Days of the week.
    Weekday is "weekday" {
        /// Monday.
        Monday = "monday",
        /// Tuesday.
        Tuesday = "tuesday",
        /// Wednesday.
        Wednesday = "wednesday",
        /// Thursday.
        Thursday = "thursday",
        /// Friday.
        Friday = "friday",
        /// Saturday.
        Saturday = "saturday",
        /// Sunday.
        Sunday = "sunday",
    }
}

vocabulary! {
    /// Handling code of the 3x5x2 grading.
    HandlingCode is "handling code" {
        /// Lawful sharing permitted.
        P = "P",
        /// Lawful sharing permitted with conditions.
        C = "C",
    }
}

vocabulary! {
    /// Handling instruction under code C.
    HandlingConditions is "handling condition" {
        /// Code P: no condition.
        None = "none",
        /// Action: covert development.
        CovertDevelopment = "covert_development",
        /// Action: covert use.
        CovertUse = "covert_use",
        /// Action: overt use.
        OvertUse = "overt_use",
        /// Sanitisation is delegated.
        SanitisationDelegated = "sanitisation_delegated",
        /// Consult the originator first.
        ConsultOriginator = "consult_originator",
    }
}

vocabulary! {
    /// Protective marking of a record that a node may hold. SECRET and above are refused at ingest.
    Classification is "classification" {
        /// OFFICIAL.
        Official = "official",
        /// OFFICIAL-SENSITIVE.
        OfficialSensitive = "official_sensitive",
    }
}

vocabulary! {
    /// Where a record comes from.
    Provenance is "provenance" {
        /// Published or open source.
        Open = "open",
        /// The force's own police work.
        Police = "police",
        /// A partner agency.
        Partner = "partner",
        /// A sensitive source.
        Sensitive = "sensitive",
    }
}

vocabulary! {
    /// What the owner says about disclosing a record.
    DisclosureMark is "disclosure mark" {
        /// May be disclosed as policy says.
        Disclose = "disclose",
        /// May be referred to: a hit and the desk, no detail.
        Refer = "refer",
        /// Answer as if it did not exist, and tell the home unit.
        Silent = "silent",
    }
}

vocabulary! {
    /// Where a record stands in its retention review.
    Retention is "retention" {
        /// Kept.
        Live = "live",
        /// Review is due.
        ReviewDue = "review_due",
        /// Disposed: a node answers as if it did not exist.
        Disposed = "disposed",
    }
}

vocabulary! {
    /// How a record sees its subject (Data Protection Act 2018, section 38: kept apart).
    SubjectCategory is "subject category" {
        /// Suspected.
        Suspect = "suspect",
        /// Convicted.
        Convicted = "convicted",
        /// Victim.
        Victim = "victim",
        /// Witness.
        Witness = "witness",
        /// Associate of a subject.
        Associate = "associate",
        /// None of these, or not known.
        Other = "other",
    }
}

vocabulary! {
    /// Threat categories of the regional assessment.
    ThreatCategory is "threat category" {
        /// Child sexual abuse.
        ChildSexualAbuse = "child_sexual_abuse",
        /// Modern slavery and human trafficking.
        ModernSlavery = "modern_slavery",
        /// Organised immigration crime.
        ImmigrationCrime = "immigration_crime",
        /// Drugs, with county lines.
        Drugs = "drugs",
        /// Firearms.
        Firearms = "firearms",
        /// Organised acquisitive crime.
        AcquisitiveCrime = "acquisitive_crime",
        /// Cyber crime.
        Cyber = "cyber",
        /// Fraud.
        Fraud = "fraud",
        /// Money laundering.
        MoneyLaundering = "money_laundering",
        /// Bribery, corruption and sanctions evasion.
        Corruption = "corruption",
        /// None of these, or not known.
        Other = "other",
    }
}

vocabulary! {
    /// Source evaluation of the 3x5x2 grading.
    SourceEvaluation is "source evaluation" {
        /// 1: reliable.
        Reliable = "1",
        /// 2: untested.
        Untested = "2",
        /// 3: not reliable.
        NotReliable = "3",
    }
}

vocabulary! {
    /// Intelligence assessment of the 3x5x2 grading.
    Assessment is "assessment" {
        /// A: known directly.
        A = "A",
        /// B: known indirectly but corroborated.
        B = "B",
        /// C: known indirectly.
        C = "C",
        /// D: not known.
        D = "D",
        /// E: suspected false.
        E = "E",
    }
}

vocabulary! {
    /// A grading told in three bands, so that an answer can say how far to rely on what was found.
    GradingBand is "grading band" {
        /// Reliable source and known directly or corroborated (1A, 1B).
        Strong = "strong",
        /// Everything between.
        Moderate = "moderate",
        /// Not reliable, or suspected false (source 3, or assessment E).
        Weak = "weak",
    }
}

impl GradingBand {
    /// The band of a 3x5x2 grading; ungraded material is moderate.
    pub fn of(source: Option<SourceEvaluation>, assessment: Option<Assessment>) -> Self {
        match (source, assessment) {
            (Some(SourceEvaluation::NotReliable), _) | (_, Some(Assessment::E)) => Self::Weak,
            (Some(SourceEvaluation::Reliable), Some(Assessment::A | Assessment::B)) => Self::Strong,
            _ => Self::Moderate,
        }
    }
}

vocabulary! {
    /// Sex as recorded.
    Sex is "sex" {
        /// Female.
        Female = "female",
        /// Male.
        Male = "male",
    }
}

vocabulary! {
    /// How exactly a birth date is known.
    DobPrecision is "birth date precision" {
        /// To the day.
        Day = "day",
        /// To the month.
        Month = "month",
        /// To the year.
        Year = "year",
        /// Estimated from apparent age.
        Estimated = "estimated",
    }
}

vocabulary! {
    /// Kinds of thing that a search can match.
    EntityKind is "entity kind" {
        /// A person.
        Person = "person",
        /// A vehicle.
        Vehicle = "vehicle",
        /// A telephone.
        Phone = "phone",
        /// A bank account.
        Account = "account",
        /// An email address.
        Email = "email",
        /// An identity document.
        Document = "document",
        /// A firearm.
        Firearm = "firearm",
        /// A name used on a platform.
        Handle = "handle",
        /// A crypto-asset wallet.
        Wallet = "wallet",
        /// An organisation.
        Organisation = "organisation",
        /// A location.
        Location = "location",
    }
}

vocabulary! {
    /// Kinds of event.
    EventKind is "event kind" {
        /// A recorded crime.
        Crime = "crime",
        /// An incident.
        Incident = "incident",
        /// A stop and search.
        Stop = "stop",
        /// An arrest.
        Arrest = "arrest",
        /// A stay in custody.
        Custody = "custody",
        /// A disruption of a threat.
        Disruption = "disruption",
    }
}

vocabulary! {
    /// Kinds of threat.
    ThreatKind is "threat kind" {
        /// An organised crime group.
        Ocg = "ocg",
        /// A priority individual.
        PriorityIndividual = "priority_individual",
        /// A vulnerability.
        Vulnerability = "vulnerability",
    }
}

vocabulary! {
    /// Band of harm in which a threat is mapped.
    HarmBand is "harm band" {
        /// Low.
        Low = "low",
        /// Medium.
        Medium = "medium",
        /// High.
        High = "high",
        /// Very high.
        VeryHigh = "very_high",
    }
}

vocabulary! {
    /// Where the work on a threat stands.
    ThreatStatus is "threat status" {
        /// Under active management.
        Active = "active",
        /// Watched.
        Monitored = "monitored",
        /// Archived or closed.
        Closed = "closed",
    }
}

#[cfg(test)]
mod tests {
    use super::{Purpose, ThreatCategory};

    #[test]
    fn words_round_trip_and_unknown_words_name_the_nearest() {
        for &category in ThreatCategory::ALL {
            assert_eq!(category.as_str().parse(), Ok(category));
        }
        let error = "investigaton".parse::<Purpose>().unwrap_err().to_string();
        assert_eq!(error, "\"investigaton\" is not a purpose; did you mean \"investigation\"?");
    }
}
