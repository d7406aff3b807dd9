//! The eight questions of a threat picture, as an analyst writes them in SQL, and as the peer that answers them fastest does.

/// One question.
pub(crate) struct Question {
    pub(crate) name: &'static str,
    /// What is asked of the federation. Keys first, then figures.
    pub(crate) ours: &'static str,
    /// What is asked of an engine over the files: the same result with as little work as it takes.
    pub(crate) peer: &'static str,
    /// What each force's PostgreSQL adds up by itself, and what the one in front makes of it, `qN` being the parts of all.
    pub(crate) postgres: [&'static str; 2],
    /// How many columns are keys.
    pub(crate) keys: usize,
    /// Whether a key is free text, which a force names only where enough stand behind it.
    pub(crate) free: bool,
}

pub(crate) const QUESTIONS: [Question; 8] = [
    Question {
        name: "reports by threat category",
        ours: "select threat_category, count(*) from report group by 1",
        peer: "select threat_category, count(*) from report group by 1",
        postgres: [
            "select threat_category, count(*) n from report group by 1",
            "select threat_category, sum(n) from q0 group by 1",
        ],
        keys: 1,
        free: false,
    },
    Question {
        name: "reports by month and classification, with the sum of losses",
        ours: "select month(reported_on), classification, count(*), sum(loss_gbp) from report group by 1, 2",
        peer: "select to_char(date_trunc('month', reported_on), '%Y-%m') m, classification, count(*), sum(case when loss_gbp > 1000000 then 1000000 else loss_gbp end) \
               from report group by 1, 2",
        postgres: [
            "select to_char(reported_on, 'YYYY-MM') m, classification, count(*) n, sum(case when loss_gbp > 1000000 then 1000000 else loss_gbp end) s from report group by 1, 2",
            "select m, classification, sum(n), sum(s) from q1 group by 1, 2",
        ],
        keys: 2,
        free: false,
    },
    Question {
        name: "distinct persons by threat category, through links",
        ours: "select r.threat_category, count(distinct p.person_id) from person p join link l on l.from_id = p.person_id \
               join report r on r.report_id = l.to_id group by 1",
        peer: "select r.threat_category, count(distinct l.from_id) from link l join report r on r.report_id = l.to_id \
               where l.from_dataset = 'person' group by 1",
        postgres: [
            "select r.threat_category, count(distinct l.from_id) n from link l join report r on r.report_id = l.to_id where l.from_dataset = 'person' group by 1",
            "select threat_category, sum(n) from q2 group by 1",
        ],
        keys: 1,
        free: false,
    },
    Question {
        name: "persons' sex by town of the report, two categories, subjects only",
        ours: "select p.sex, o.town, count(distinct p.person_id) from person p join link l on l.from_id = p.person_id \
               join report r on r.report_id = l.to_id left join location o on o.location_id = r.location_id \
               where l.role = 'subject' and r.threat_category in ('drugs', 'fraud') group by 1, 2",
        peer: "select p.sex, o.town, count(distinct p.person_id) from link l join report r on r.report_id = l.to_id \
               join person p on p.person_id = l.from_id left join location o on o.location_id = r.location_id \
               where l.role = 'subject' and r.threat_category in ('drugs', 'fraud') group by 1, 2",
        postgres: [
            "select p.sex, o.town, count(distinct p.person_id) n from link l join report r on r.report_id = l.to_id join person p on p.person_id = l.from_id left join location o on o.location_id = r.location_id where l.role = 'subject' and r.threat_category in ('drugs', 'fraud') group by 1, 2",
            "select sex, town, sum(n) from q3 group by 1, 2",
        ],
        keys: 2,
        free: true,
    },
    Question {
        name: "busiest 20 beats by grading and quarter",
        ours: "select area, source_evaluation, quarter(reported_on), count(*) n from report \
               where reported_on >= date '2023-01-01' and area is not null group by 1, 2, 3 order by n desc, 1, 2, 3 limit 20",
        peer: "select area, source_evaluation, cast(cast(date_part('year', reported_on) as int) as varchar) || '-Q' || cast(cast(date_part('quarter', reported_on) as int) as varchar) q, count(*) n \
               from report where reported_on >= date '2023-01-01' and area is not null group by 1, 2, 3 order by n desc, 1, 2, 3 limit 20",
        postgres: [
            "select area, source_evaluation, to_char(reported_on, 'YYYY-\"Q\"Q') q, count(*) n from report where reported_on >= date '2023-01-01' and area is not null group by 1, 2, 3",
            "select area, source_evaluation, q, sum(n) n from q4 group by 1, 2, 3 order by n desc, 1, 2, 3 limit 20",
        ],
        keys: 3,
        free: true,
    },
    Question {
        name: "reports by subcategory, beat and quarter: thousands of groups",
        ours: "select subcategory, area, quarter(reported_on), count(*) from report where reported_on >= date '2024-07-01' group by 1, 2, 3",
        peer: "select subcategory, area, cast(cast(date_part('year', reported_on) as int) as varchar) || '-Q' || cast(cast(date_part('quarter', reported_on) as int) as varchar) q, count(*) \
               from report where reported_on >= date '2024-07-01' group by 1, 2, 3",
        postgres: [
            "select subcategory, area, to_char(reported_on, 'YYYY-\"Q\"Q') q, count(*) n from report where reported_on >= date '2024-07-01' group by 1, 2, 3",
            "select subcategory, area, q, sum(n) from q5 group by 1, 2, 3",
        ],
        keys: 3,
        free: true,
    },
    Question {
        name: "mean and deviation of risk by grading",
        ours: "select source_evaluation, assessment, avg(risk_score), stddev_pop(risk_score) from report group by 1, 2",
        peer: "select source_evaluation, assessment, avg(risk_score), stddev_pop(risk_score) from report group by 1, 2",
        postgres: [
            "select source_evaluation, assessment, count(risk_score) n, sum(risk_score) s, sum(risk_score * risk_score) w from report group by 1, 2",
            "select source_evaluation, assessment, sum(s) / sum(n), sqrt((sum(w) - sum(s) * sum(s) / sum(n)) / sum(n)) from q6 group by 1, 2",
        ],
        keys: 2,
        free: false,
    },
    Question {
        name: "births by year with distinct holders of PNC ids",
        ours: "select year(p.dob), count(*), count(distinct i.holder_id) from identifier i left join person p on i.holder_id = p.person_id \
               where i.kind = 'pnc_id' group by 1",
        peer: "select cast(date_part('year', p.dob) as int) y, count(*), count(distinct i.holder_id) from identifier i \
               left join person p on i.holder_id = p.person_id where i.kind = 'pnc_id' group by 1",
        postgres: [
            "select extract(year from p.dob)::int y, count(*) n, count(distinct i.holder_id) d from identifier i left join person p on i.holder_id = p.person_id where i.kind = 'pnc_id' group by 1",
            "select y, sum(n), sum(d) from q7 group by 1",
        ],
        keys: 1,
        free: false,
    },
];
