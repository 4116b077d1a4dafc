#include "engine/grammar/grammar.h"

#include <algorithm>

/// What is asked of rules before they are followed: that they end, and that they don't begin with themselves.
namespace conclave::engine
{
namespace
{

/// Strongly connected components (Tarjan 1972), without recursion: rule chains are as long as a repetition.
class Components
{
public:
    explicit Components(const std::vector<std::vector<std::uint32_t>> &edges)
        : m_edges(edges), m_order(edges.size()), m_low(edges.size()), m_component(edges.size(), -1)
    {
        for (std::uint32_t node = 0; node < edges.size(); ++node) {
            if (m_order[node] == 0)
                visit(node);
        }
    }

    int of(std::uint32_t node) const { return m_component[node]; }

private:
    struct Frame
    {
        std::uint32_t node;
        std::size_t next;
    };

    void enter(std::uint32_t node)
    {
        m_order[node] = m_low[node] = ++m_entered;
        m_open.push_back(node);
        m_path.push_back({node, 0});
    }

    void visit(std::uint32_t start)
    {
        enter(start);
        while (!m_path.empty()) {
            Frame &frame = m_path.back();
            const std::uint32_t node = frame.node;
            if (frame.next < m_edges[node].size()) {
                const std::uint32_t target = m_edges[node][frame.next++];
                if (m_order[target] == 0)
                    enter(target);
                else if (m_component[target] < 0)
                    m_low[node] = std::min(m_low[node], m_order[target]);
                continue;
            }
            m_path.pop_back();
            if (!m_path.empty())
                m_low[m_path.back().node] = std::min(m_low[m_path.back().node], m_low[node]);
            if (m_low[node] == m_order[node])
                close(node);
        }
    }

    void close(std::uint32_t root)
    {
        for (std::uint32_t node = root + 1; node != root;) {
            node = m_open.back();
            m_open.pop_back();
            m_component[node] = m_components;
        }
        ++m_components;
    }

    const std::vector<std::vector<std::uint32_t>> &m_edges;
    std::vector<int> m_order; ///< 0: not seen
    std::vector<int> m_low;
    std::vector<int> m_component;
    std::vector<std::uint32_t> m_open;
    std::vector<Frame> m_path;
    int m_entered = 0;
    int m_components = 0;
};

} // namespace

/// Which rules can be empty. Each alternative waits for its rules; a byte never comes.
std::vector<bool> GrammarBuilder::nullable() const
{
    struct Waiting
    {
        std::uint32_t rule;
        std::size_t left;
    };
    std::vector<Waiting> waiting;
    std::vector<std::vector<std::size_t>> users(m_rules.size());
    std::vector<bool> out(m_rules.size());
    std::vector<std::uint32_t> found;
    for (std::uint32_t rule = 0; rule < m_rules.size(); ++rule) {
        for (const Elements &alternative : m_rules[rule].alternatives) {
            if (std::any_of(alternative.begin(), alternative.end(), [](const auto &e) { return e.kind == Grammar::Kind::kBytes; }))
                continue;
            for (const Grammar::Element &element : alternative)
                users[element.index].push_back(waiting.size());
            waiting.push_back({rule, alternative.size()});
            if (alternative.empty() && !out[rule]) {
                out[rule] = true;
                found.push_back(rule);
            }
        }
    }
    while (!found.empty()) {
        const std::uint32_t rule = found.back();
        found.pop_back();
        for (const std::size_t user : users[rule]) {
            if (--waiting[user].left == 0 && !out[waiting[user].rule]) {
                out[waiting[user].rule] = true;
                found.push_back(waiting[user].rule);
            }
        }
    }
    return out;
}

/// A rule that begins with itself: directly, through others, or behind rules that may be empty. Helpers that do so only in their last
/// place ((x?)* makes such) cost nothing and are harmless.
std::string GrammarBuilder::leftRecursive() const
{
    const std::vector<bool> empty = nullable();
    std::vector<std::vector<std::uint32_t>> edges(m_rules.size());
    std::vector<std::vector<bool>> harmful(m_rules.size());
    for (std::size_t rule = 0; rule < m_rules.size(); ++rule) {
        for (const Elements &alternative : m_rules[rule].alternatives) {
            for (std::size_t i = 0; i < alternative.size() && alternative[i].kind == Grammar::Kind::kRule; ++i) {
                edges[rule].push_back(alternative[i].index);
                harmful[rule].push_back(i + 1 < alternative.size() || !m_rules[rule].name.empty());
                if (!empty[alternative[i].index])
                    break;
            }
        }
    }
    const Components components(edges);
    for (std::uint32_t rule = 0; rule < m_rules.size(); ++rule) {
        for (std::size_t i = 0; i < edges[rule].size(); ++i) {
            const bool inCycle = edges[rule][i] == rule || components.of(edges[rule][i]) == components.of(rule);
            if (!inCycle || !harmful[rule][i])
                continue;
            for (std::uint32_t other = 0; other < m_rules.size(); ++other) { // one with a name, if there is one
                if (components.of(other) == components.of(rule) && !m_rules[other].name.empty())
                    return m_rules[other].name;
            }
            return "(a repetition)";
        }
    }
    return {};
}

/// The alternative of each rule that needs the least nesting: rules are settled in the order of the nesting that they need.
bool GrammarBuilder::findShortest(Grammar &grammar, std::string &endless) const
{
    struct Waiting
    {
        std::uint32_t rule;
        std::uint32_t alternative;
        std::size_t left;
    };
    std::vector<Waiting> waiting;
    std::vector<std::vector<std::size_t>> users(m_rules.size());
    std::vector<bool> settled(m_rules.size());
    std::vector<std::uint32_t> found;
    const auto settle = [&](std::uint32_t rule, std::uint32_t alternative) {
        if (settled[rule])
            return;
        settled[rule] = true;
        grammar.rules[rule].shortest = alternative;
        found.push_back(rule);
    };
    for (std::uint32_t rule = 0; rule < m_rules.size(); ++rule) {
        for (std::uint32_t a = 0; a < m_rules[rule].alternatives.size(); ++a) {
            std::size_t rules = 0;
            bool possible = true;
            for (const Grammar::Element &element : m_rules[rule].alternatives[a]) {
                if (element.kind == Grammar::Kind::kRule) {
                    users[element.index].push_back(waiting.size());
                    ++rules;
                } else {
                    possible = possible && m_byteSets[element.index].any();
                }
            }
            waiting.push_back({rule, a, possible ? rules : rules + 1});
            if (possible && rules == 0)
                settle(rule, a);
        }
    }
    for (std::size_t i = 0; i < found.size(); ++i) {
        for (const std::size_t user : users[found[i]]) {
            if (--waiting[user].left == 0)
                settle(waiting[user].rule, waiting[user].alternative);
        }
    }
    const auto open = std::find(settled.begin(), settled.end(), false);
    if (open == settled.end())
        return true;
    endless = nameOfEndless(static_cast<std::uint32_t>(open - settled.begin()), settled);
    return false;
}

/// From one rule that never ends to what it waits for, until the way goes in a circle: a rule of the circle.
std::string GrammarBuilder::nameOfEndless(std::uint32_t rule, const std::vector<bool> &settled) const
{
    std::string last;
    for (std::size_t steps = 0; steps < 2 * m_rules.size(); ++steps) {
        if (!m_rules[rule].name.empty())
            last = m_rules[rule].name;
        if (m_rules[rule].alternatives.empty())
            break;
        const Elements &alternative = m_rules[rule].alternatives.front();
        const auto waitsFor = std::find_if(alternative.begin(), alternative.end(), [&](const Grammar::Element &element) {
            return element.kind == Grammar::Kind::kRule && !settled[element.index];
        });
        if (waitsFor == alternative.end())
            break;
        rule = waitsFor->index;
    }
    return last;
}

} // namespace conclave::engine
