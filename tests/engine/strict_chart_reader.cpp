#include "tests/engine/strict_chart_reader.h"

#include "engine/text/utf8.h"

#include <QRegularExpression>

#include <algorithm>

using namespace conclave::engine;

namespace
{

const std::set<std::string> kSideways = {"<chart:hbar>", "<chart:hstacked>", "<chart:hstacked100>", "<chart:hbox>"};
const std::set<std::string> kWithoutAxis = {"<chart:pie>", "<chart:donut>", "<chart:heatmap>"};
const std::set<std::string> kOfSeries = {"<max>", "<min>", "<first>", "<last>", "<total>", "<mean>", "<range>"};
const std::set<std::string> kTwo = {"<add>", "<sub>", "<diff>", "<div>", "<pct>", "<share>"};

} // namespace

bool StrictChartReader::isControl() const
{
    return m_at < m_ids.size() && m_tokenizer.type(m_ids[m_at]) == TokenType::kControl;
}

std::string StrictChartReader::take()
{
    std::string out = isControl() ? peek() : std::string("(text)");
    ++m_at;
    return out;
}

bool StrictChartReader::took(const std::string &token)
{
    const bool there = isControl() && peek() == token;
    m_at += there ? 1 : 0;
    return there;
}

std::string StrictChartReader::plain()
{
    std::string out;
    for (; m_at < m_ids.size() && !isControl(); ++m_at) {
        out += peek();
    }
    return out;
}

bool StrictChartReader::text(int least)
{
    const std::size_t from = m_at;
    const std::string bytes = plain();
    const int count = static_cast<int>(m_at - from);
    m_longestText = std::max(m_longestText, count);
    return utf8::validPrefix(bytes) == bytes.size() && count >= least;
}

bool StrictChartReader::number()
{
    static const QRegularExpression form(QStringLiteral("^-?[0-9]+(\\.[0-9]+)?$"));
    return form.match(QString::fromStdString(plain())).hasMatch();
}

bool StrictChartReader::calibration(const std::string &axis)
{
    ++m_axes;
    if (kWithoutAxis.contains(m_chart)) {
        return true;
    }
    const bool log = m_whole && took("<log>");
    const std::string first = peek();
    const std::size_t from = m_at;
    const bool ok = place(axis) && number() && peek() != first && place(axis) && number();
    const auto minus = [&](TokenId id) { return m_tokenizer.piece(id) == "-"; };
    return ok && !(log && std::any_of(m_ids.begin() + long(from), m_ids.begin() + long(m_at), minus));
}

/// Fields, axes, series.
QString StrictChartReader::head()
{
    for (const char *field : {"<title>", "<xlabel>", "<ylabel>", "<unit>"}) {
        const std::size_t from = m_at + 1;
        if (!took(field) || !text(0)) {
            return QStringLiteral("field ") + QLatin1String(field);
        }
        if (m_at > from) {
            m_named.insert(field);
        }
    }
    const bool several = m_chart == "<chart:combo>" || m_chart == "<chart:multiples>";
    do {
        const bool own = m_axes > 0 && took("<ylabel>");
        if (own && (!text(0) || !took("<unit>") || !text(0))) {
            return QStringLiteral("a further axis");
        }
        if (!took("<cal>") || !calibration(kSideways.contains(m_chart) ? "x" : "y")) {
            return QStringLiteral("calibration");
        }
        if (m_chart == "<chart:scatter>" && took("<cal>") && !calibration("x")) {
            return QStringLiteral("calibration of x");
        }
        if (peek() != "<series>") {
            return QStringLiteral("an axis without a series");
        }
        while (took("<series>")) {
            if (!text(1)) {
                return QStringLiteral("series name");
            }
            m_values.emplace_back();
        }
    } while (several && (peek() == "<cal>" || peek() == "<ylabel>"));
    return {};
}

bool StrictChartReader::cells()
{
    for (std::set<int> &values : m_values) {
        if (took("<na>")) {
            continue;
        }
        if (!place("x") || !place("y") || !number()) {
            return false;
        }
        values.insert(m_rows);
    }
    return true;
}

QString StrictChartReader::read()
{
    m_chart = take();
    static const std::set<std::string> kFirst = {"<chart:bar>", "<chart:hbar>", "<chart:line>", "<chart:pie>"};
    if (m_whole ? !m_chart.starts_with("<chart:") : !kFirst.contains(m_chart)) {
        return QStringLiteral("no chart");
    }
    if (m_chart == "<chart:nochart>") {
        return took("<end>") && m_at == m_ids.size() ? QString() : QStringLiteral("more of what is no chart");
    }
    if (const QString wrong = head(); !wrong.isEmpty()) {
        return wrong;
    }
    while (took("<row>")) {
        if (!text(1) || !cells()) {
            return QStringLiteral("row");
        }
        ++m_rows;
    }
    if (m_values.empty() || m_rows == 0) {
        return QStringLiteral("no series or no rows");
    }
    if (!took("<end>") || !took("<summary>")) {
        return QStringLiteral("end");
    }
    return prose();
}

QString StrictChartReader::prose()
{
    if (m_whole) {
        if (!take().starts_with("<lang:")) {
            return QStringLiteral("language");
        }
        if (peek().starts_with("<say:") && isControl()) {
            take();
            return (took("<eos>") || took("<ask>")) && m_at == m_ids.size() ? QString() : QStringLiteral("more than said");
        }
    }
    while (true) {
        const std::string words = plain();
        if (utf8::validPrefix(words) != words.size() || words.find_first_of("0123456789") != std::string::npos) {
            return QStringLiteral("prose");
        }
        const std::string token = take();
        if (token == "<eos>" || (m_whole && token == "<ask>")) {
            return m_at == m_ids.size() ? QString() : QStringLiteral("more after the end");
        }
        const std::size_t from = m_at;
        if (!citation(token)) {
            return QStringLiteral("citation ") + QString::fromStdString(token);
        }
        m_longestExpression = std::max(m_longestExpression, static_cast<int>(m_at - from));
    }
}

bool StrictChartReader::citation(const std::string &token)
{
    if (token == "<name>") {
        const int at = index("s");
        return at >= 0 && at < static_cast<int>(m_values.size());
    }
    if (token == "<pt>" || token == "<trend>" || kOfSeries.contains(token)) {
        return token == "<pt>" ? cell() : filledSeries();
    }
    if (!m_whole) {
        return false;
    }
    if (token == "<calc>") {
        return expression();
    }
    if (token == "<yesno>") {
        return (took("<gt>") || took("<lt>")) && expression() && expression();
    }
    if (token == "<larger>" || token == "<smaller>") {
        return took("<pt>") && cell() && took("<pt>") && cell();
    }
    if (token == "<maxof>" || token == "<minof>") {
        return filledRow();
    }
    if (token == "<rowname>") {
        const int at = index("r");
        return at >= 0 && at < m_rows;
    }
    return token == "<kind>" || m_named.contains(token);
}

bool StrictChartReader::expression()
{
    return operand(take());
}

bool StrictChartReader::operand(const std::string &token)
{
    if (token == "<pt>") {
        return cell();
    }
    if (kOfSeries.contains(token)) {
        return filledSeries();
    }
    if (token == "<sum>") {
        return filledRow();
    }
    if (token == "<num>") {
        return number() && took("<end>");
    }
    if (token == "<count>") {
        return filledSeries() && (took("<gt>") || took("<lt>")) && expression();
    }
    if (kTwo.contains(token)) {
        return expression() && expression();
    }
    return token == "<rows>" || token == "<columns>";
}

bool StrictChartReader::cell()
{
    const int series = index("s");
    const int row = index("r");
    return series >= 0 && series < static_cast<int>(m_values.size()) && m_values[static_cast<std::size_t>(series)].contains(row);
}

bool StrictChartReader::filledSeries()
{
    const int series = index("s");
    return series >= 0 && series < static_cast<int>(m_values.size()) && !m_values[static_cast<std::size_t>(series)].empty();
}

bool StrictChartReader::filledRow()
{
    const int row = index("r");
    return std::any_of(m_values.begin(), m_values.end(), [row](const std::set<int> &rows) { return rows.contains(row); });
}

int StrictChartReader::index(const std::string &kind)
{
    const std::string token = take();
    return token.starts_with("<" + kind + ":") ? std::stoi(token.substr(3)) : -1;
}
