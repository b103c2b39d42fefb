//! What templates may call: icons and drawings. Their text is ours and safe; what comes from people is escaped here.

use super::draw::{self, Visits};
use super::scatter::Dot;
use std::collections::HashMap;
use std::sync::LazyLock;
use tera::{Function, Kwargs, State, Tera, TeraResult};

/// A function whose answer is markup of our own making.
struct Markup<F>(F);

impl<F> Function<TeraResult<String>> for Markup<F>
where
    F: Fn(Kwargs) -> TeraResult<String> + Sync + Send + 'static,
{
    fn call(&self, kwargs: Kwargs, _: &State<'_>) -> TeraResult<String> {
        (self.0)(kwargs)
    }

    fn is_safe(&self) -> bool {
        true
    }
}

static ICONS: LazyLock<HashMap<&'static str, &'static str>> =
    LazyLock::new(|| include_str!("icons.tsv").lines().filter_map(|line| line.split_once('\t')).collect());

pub fn register(tera: &mut Tera) {
    tera.register_function("icon", Markup(icon));
    tera.register_function("visits", Markup(|args: Kwargs| Ok(card(&args)?.svg())));
    tera.register_function("visits_words", |args: Kwargs, _: &State<'_>| -> TeraResult<String> { Ok(card(&args)?.words()) });
    tera.register_function("money_bar", Markup(money_bar));
    tera.register_function("thin_bar", Markup(thin_bar));
    tera.register_function("count_bar", Markup(count_bar));
    tera.register_function("scatter", Markup(scatter));
    tera.register_function("spark_bars", Markup(spark_bars));
    tera.register_function("trend", Markup(|args: Kwargs| Ok(draw::trend(&args.must_get::<Vec<i64>>("values")?, args.must_get("span")?))));
    tera.register_function("spark_line", Markup(|args: Kwargs| Ok(draw::spark_line(&args.must_get::<Vec<i64>>("values")?))));
}

fn icon(args: Kwargs) -> TeraResult<String> {
    let name: String = args.must_get("name")?;
    let paths = ICONS.get(name.as_str()).ok_or_else(|| tera::Error::message(format!("there is no icon {name}")))?;
    Ok(format!(r#"<svg class="ico" viewBox="0 0 24 24" aria-hidden="true">{paths}</svg>"#))
}

fn card(args: &Kwargs) -> TeraResult<Visits> {
    let card: tera::Value = args.must_get("card")?;
    let json = serde_json::to_value(&card).map_err(|e| tera::Error::message(e.to_string()))?;
    serde_json::from_value(json).map_err(|e| tera::Error::message(format!("a visit card: {e}")))
}

fn money_bar(args: Kwargs) -> TeraResult<String> {
    let (collected, outstanding, lost) = (args.must_get("collected")?, args.must_get("outstanding")?, args.must_get("lost")?);
    let scale =
        args.get::<i64>("scale")?.unwrap_or_else(|| [collected, outstanding, lost].iter().map(|c: &i64| std::cmp::max(0, *c)).sum());
    Ok(draw::money_bar(collected, outstanding, lost, scale))
}

fn thin_bar(args: Kwargs) -> TeraResult<String> {
    let class: String = args.must_get("class")?;
    Ok(draw::thin_bar(&class, args.must_get("part")?, args.must_get("whole")?))
}

/// Classes and counts in the same order; the label is of our own words and numbers.
fn count_bar(args: Kwargs) -> TeraResult<String> {
    let (classes, counts): (Vec<String>, Vec<i64>) = (args.must_get("classes")?, args.must_get("counts")?);
    let parts: Vec<(String, i64)> = classes.into_iter().zip(counts).collect();
    Ok(draw::count_bar(&parts, &args.must_get::<String>("label")?))
}

fn scatter(args: Kwargs) -> TeraResult<String> {
    let dots: tera::Value = args.must_get("dots")?;
    let json = serde_json::to_value(&dots).map_err(|e| tera::Error::message(e.to_string()))?;
    let dots: Vec<Dot> = serde_json::from_value(json).map_err(|e| tera::Error::message(format!("the chart: {e}")))?;
    // Nobody said yet what a visit costs: then it is null, and no number.
    let cost = args.must_get::<tera::Value>("cost")?.as_i64();
    Ok(super::scatter::scatter(&dots, cost))
}

fn spark_bars(args: Kwargs) -> TeraResult<String> {
    Ok(draw::spark_bars(&args.must_get::<Vec<i64>>("counts")?, args.must_get("most")?))
}
