//! What can't be asked is refused before anything is sent, with the reason and a way to say it.

async fn check(statement: &str, parts: &[&str]) {
    match sql::prepare(statement) {
        Ok(prepared) => panic!("{statement}\nwas taken for {:?}", prepared.questions()),
        Err(refused) => {
            let text = refused.to_string();
            let missing: Vec<&&str> = parts.iter().filter(|part| !text.contains(**part)).collect();
            assert!(missing.is_empty(), "{statement}\n{text}\nlacks {missing:?}");
        }
    }
}

const STAY: &str = "records stay with their force: aggregate, or use `bluelamp search`";

#[tokio::test]
async fn records_stay_with_their_force() {
    for (statement, parts) in [
        ("select * from event", &["records of event can't be listed", STAY][..]),
        ("select category from event", &["records of event can't be listed", STAY]),
        ("select category from event limit 5", &[STAY]),
        ("select family_name from person", &["family_name stays with its force", STAY]),
        (
            "select person_id, count(*) from person group by person_id",
            &["person_id stays with its force", STAY],
        ),
        ("select distinct value from identifier", &["value stays with its force", STAY]),
        ("select upper(family_name), count(*) from person group by 1", &["family_name stays with its force"]),
        (
            "select count(*) from person where family_name = 'Byrne'",
            &["family_name of person stays", "bluelamp search"],
        ),
        ("select count(*) from person where person_id in ('1')", &["person_id of person stays"]),
        ("select count(*) from person where family_name like 'B%'", &["family_name of person stays"]),
        ("select max(loss_gbp) from event", &["a single record's value", "group by bands"]),
        ("select string_agg(category, ',') from event", &["a single record's value"]),
        (
            "select p.sex, count(*) from person p join link l on p.person_id = l.from_id group by 1",
            &[
                "joined at both of its ends",
                "person join link on link.from_id = person.person_id join report",
            ],
        ),
        ("select count(*) from (select 1 from event union all select 1 from threat) t", &["can't be listed"]),
        ("select row_number() over () from event", &["a window over records would list them"]),
        ("select count(*) from (select * from event limit 10) t", &["can't be listed"]),
    ] {
        check(statement, parts).await;
    }
}

#[tokio::test]
async fn what_is_unknown_is_named_with_the_nearest() {
    for (statement, parts) in [
        ("select count(*) from evnt", &["no table \"evnt\"", "did you mean \"event\"?"][..]),
        ("select count(*) from 'events.csv'", &["no table"]),
        ("select variance(risk_score) from report", &["no function \"variance\"", "did you mean \"var\"?"]),
        ("select stdev(risk_score) from report", &["did you mean \"stddev\"?"]),
        (
            "select catgory, count(*) from event group by catgory",
            &["\"catgory\"", "did you mean \"category\"?"],
        ),
        ("select count(*) from event where knd = 'crime'", &["\"knd\"", "did you mean \"kind\"?"]),
        (
            "select count(*) from event where kind = 'crim'",
            &["\"crim\" is not a value of kind", "did you mean \"crime\"?"],
        ),
        ("select kind, count(*) from event where kind not in ('crimes') group by kind", &["\"crimes\""]),
        ("select counts(*) from event", &["counts"]),
        ("select sum(category) from event", &["sum does not take what it is given"]),
        ("select count(*) from information_schema.tables", &["no table"]),
    ] {
        check(statement, parts).await;
    }
}

#[tokio::test]
async fn what_lies_off_the_grid_names_the_grid() {
    for (statement, parts) in [
        (
            "select count(*) from event where occurred_on >= date '2024-01-15'",
            &["told by months", "date '2024-01-01'"][..],
        ),
        ("select count(*) from event where occurred_on = date '2024-01-01'", &["told by months"]),
        (
            "select count(*) from event where occurred_on between '2024-01-01' and '2024-01-30'",
            &["told by months"],
        ),
        (
            "select count(*) from event where date_trunc('week', occurred_on) = date '2024-01-01'",
            &["month, quarter and year"],
        ),
        (
            "select date_trunc('day', occurred_on), count(*) from event group by 1",
            &["month, quarter and year"],
        ),
        (
            "select occurred_on, count(*) from event group by 1",
            &["occurred_on is a date", "month(occurred_on)"],
        ),
        ("select extract(month from occurred_on), count(*) from event group by 1", &["with its year"]),
        ("select count(*) from event where extract(month from occurred_on) = 3", &["without its year"]),
        ("select count(*) from event where loss_gbp >= 1500", &["steps of 1000"]),
        ("select count(*) from event where loss_gbp = 1000", &["steps of 1000"]),
        ("select loss_gbp, count(*) from event group by 1", &["band(loss_gbp, 1000)"]),
        ("select band(loss_gbp, 300), count(*) from event group by 1", &["band1000"]),
        ("select postcode, count(*) from person group by 1", &["left(postcode, 4)"]),
        ("select left(postcode, 6), count(*) from person group by 1", &["postcode:prefix4"]),
        ("select count(*) from person where postcode = 'SW1A 1AA'", &["left(postcode, 4)"]),
        ("select count(*) from person where postcode like '%1AA'", &["beginnings"]),
        ("select count(*) from person where postcode not like 'SW%'", &["can't be asked for"]),
        ("select count(*) from event where category <> 'Drugs'", &["free text", "say which values"]),
        ("select count(*) from event where category > 'B'", &["has no order"]),
        ("select count(*) from event where loss_gbp > occurred_on", &[]),
        ("select count(*) from event where 1 = 2", &["never holds"]),
    ] {
        check(statement, parts).await;
    }
}

#[tokio::test]
async fn what_changes_reads_or_wavers_is_not_answered() {
    for (statement, parts) in [
        ("", &[][..]),
        (";", &[]),
        ("drop table event", &["drop is not answered"]),
        ("insert into event values (1)", &["insert is not answered"]),
        ("update event set kind = 'stop'", &["update is not answered"]),
        ("delete from event", &["delete is not answered"]),
        ("create table t as select count(*) from event", &["create is not answered"]),
        ("create external table t stored as csv location '/etc/passwd'", &["create is not answered"]),
        ("copy (select count(*) from event) to 'counts.csv'", &["copy is not answered"]),
        ("set datafusion.execution.batch_size = 1", &["set is not answered"]),
        ("show tables", &["show is not answered"]),
        ("explain select count(*) from event", &["--explain"]),
        ("explain analyze select count(*) from event", &["--explain"]),
        ("select count(*) from event; select 1", &["single SQL statement"]),
        ("select count(*) from event where occurred_on >= now()", &["now is another thing each time"]),
        ("select random() from (select count(*) from event) t", &["random is another thing"]),
        ("select * from read_csv('/etc/passwd')", &[]),
        ("select * from generate_series(1, 1000000000)", &[]),
        ("select repeat('x', 1000000000)", &["repeat"]),
        ("selct 1", &["not SQL"]),
        ("select count(*) from event where kind = $1", &[]),
        ("with recursive t as (select 1 as a union all select a + 1 from t) select * from t", &["recursive"]),
    ] {
        check(statement, parts).await;
    }
}

#[tokio::test]
async fn no_expression_may_put_a_value_in_place_of_a_figure() {
    let over = |expr: &str| {
        format!("select {expr} from (select category c, count(*) n, sum(loss_gbp) s from event group by 1) t")
    };
    for expr in [
        "coalesce(n, 0)",
        "nvl(n, 0)",
        "nullif(n, 3)",
        "n is null",
        "n is not null",
        "(n > 3) is true",
        "(n > 3) is not false",
        "(n > 3) is unknown",
        "case when n > 3 then 1 else 0 end",
        "case n when 3 then 1 end",
        "greatest(n, 0)",
        "least(n, s)",
        "n is distinct from 3",
        "concat(n, 'x')",
        "concat_ws('-', c, n)",
        "bool_or(n > 3)",
        "count(n)",
        "count(distinct n)",
        "string_agg(cast(n as varchar), ',')",
        "row_number() over (order by n)",
        "rank() over (order by n desc)",
        "sum(s) over (partition by n)",
        "first_value(n ignore nulls) over (order by c)",
        "exists (select 1)",
    ] {
        check(&over(expr), &[]).await;
    }
    for statement in [
        "select n, count(*) from (select category c, count(*) n from event group by 1) t group by n",
        "select distinct n from (select category c, count(*) n from event group by 1) t",
        "select count(*) n from event union select 1",
        "select count(*) n from event intersect select 1",
        "select a.c from (select category c, count(*) n from event group by 1) a join (select kind k, count(*) m from event group by 1) b on a.n = b.m",
        "select a.c from (select category c, count(*) n from event group by 1) a left join (select category c, count(*) m from event group by 1) b on a.c = b.c and b.m > 3",
        "select count(*) from (select category c from event group by 1 having count(*) > 30) t",
        "select sum(n) from (select category c, count(*) n from event group by 1 order by n desc limit 2) t",
        "select c, sum(n) over () from (select category c, count(*) n from event group by 1) t where n > 3 and n in (select 1)",
        "select c from (select category c, count(*) n from event group by 1) t where c not in (select category from event group by 1 having count(*) > 50)",
        "select 1 where 3 = (select count(*) from event group by kind)",
    ] {
        check(statement, &[]).await;
    }
}

#[tokio::test]
async fn what_is_too_much_is_refused_before_it_is_planned() {
    let long = format!("select count(*) from event where kind in ({})", vec!["'crime'"; 3_000].join(","));
    let wide = format!("select {} from (select count(*) n from event) t", vec!["n"; 300].join(" + "));
    let figures = format!("select {} from (select count(*) n from event) t", vec!["n"; 90].join(" + "));
    let deep = format!("select {}1{}", "(".repeat(5_000), ")".repeat(5_000));
    let nots = format!("select count(*) from event where {} kind = 'crime'", "not ".repeat(3_000));
    let many = (0..17)
        .map(|at| format!("select {at}, count(*) from event where loss_gbp >= {at}000"))
        .collect::<Vec<_>>();
    let groups = "select band(loss_gbp, 1000), band(risk_score, 10), threat_category, assessment, source_evaluation, count(*) \
                  from report group by 1, 2, 3, 4, 5";
    for (statement, part) in [
        (long.as_str(), "longer than"),
        (&wide, "operators"),
        (&figures, "operations on figures"),
        (&deep, ""),
        (&nots, "operators"),
        (&many.join(" union all "), "16 questions"),
        (groups, "and a table has 1000000 at most"),
        (
            "select kind, category, outcome, year(occurred_on), controller, count(*) from event group by 1, 2, 3, 4, 5",
            "at most 4 dimensions",
        ),
    ] {
        check(statement, &[part]).await;
    }
    // As deep as a statement may be, it is planned and not overflowed.
    for chain in [
        format!("select {} from (select count(*) n from event) t", vec!["n"; 45].join(" + ")),
        format!("select count(*) from event where {}", vec!["kind = 'crime'"; 30].join(" or ")),
        format!("select {} from (select category c from event group by 1) t", vec!["c"; 240].join(" || ")),
        format!(
            "select c from (select category c, count(*) n from event group by 1) t where {}",
            vec!["n > 1"; 15].join(" and ")
        ),
    ] {
        sql::prepare(&chain).unwrap();
    }
}
