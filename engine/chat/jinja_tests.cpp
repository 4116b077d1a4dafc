#include "engine/chat/jinja_builtins.h"

#include <fmt/format.h>

#include <map>

namespace conclave::engine::jinja
{

namespace
{

bool compareTest(Machine &machine, std::string_view name, const Value &input, const Value &other)
{
    if (name == "eq" || name == "equalto") {
        return equal(input, other, machine.budget);
    }
    if (name == "ne") {
        return !equal(input, other, machine.budget);
    }
    if (name == "lt" || name == "lessthan") {
        return less(input, other, machine.budget);
    }
    if (name == "gt" || name == "greaterthan") {
        return less(other, input, machine.budget);
    }
    if (name == "le") {
        return !less(other, input, machine.budget);
    }
    return !less(input, other, machine.budget);
}

bool numberTest(std::string_view name, const Value &input, const Arguments &arguments)
{
    const std::int64_t number = input.integer("a tested number");
    const std::int64_t divisor = name == "divisibleby" ? arguments.get(0, "num").integer("a divisor") : 2;
    if (divisor == 0) {
        fail("nothing is divisible by 0");
    }
    const bool divisible = divisor == -1 || number % divisor == 0;
    return name == "odd" ? !divisible : divisible;
}

} // namespace

bool applyTest(Machine &machine, const std::string &name, const Value &input, const Arguments &arguments)
{
    using Test = bool (*)(const Value &);
    static const std::map<std::string_view, Test> kTests = {
        {"defined", [](const Value &v) { return !v.isUndefined(); }},
        {"undefined", [](const Value &v) { return v.isUndefined(); }},
        {"none", [](const Value &v) { return v.isNone(); }},
        {"string", [](const Value &v) { return v.isString(); }},
        {"mapping", [](const Value &v) { return v.dict() != nullptr; }},
        {"iterable", [](const Value &v) { return v.isString() || v.list() != nullptr || v.dict() != nullptr || v.isUndefined(); }},
        {"sequence", [](const Value &v) { return v.isString() || v.list() != nullptr || v.dict() != nullptr || v.isUndefined(); }},
        {"number", [](const Value &v) { return v.isNumber(); }},
        {"integer", [](const Value &v) { return v.is<std::int64_t>(); }},
        {"float", [](const Value &v) { return v.is<double>(); }},
        {"boolean", [](const Value &v) { return v.is<bool>(); }},
        {"true", [](const Value &v) { return v.is<bool>() && v.truth(); }},
        {"false", [](const Value &v) { return v.is<bool>() && !v.truth(); }},
        {"callable", [](const Value &v) { return v.callable() != nullptr; }},
    };
    machine.budget.step();
    if (const auto found = kTests.find(name); found != kTests.end()) {
        return found->second(input);
    }
    for (const std::string_view comparison : {"eq", "equalto", "ne", "lt", "lessthan", "gt", "greaterthan", "le", "ge"}) {
        if (name == comparison) {
            return compareTest(machine, name, input, arguments.get(0, "other"));
        }
    }
    if (name == "odd" || name == "even" || name == "divisibleby") {
        return numberTest(name, input, arguments);
    }
    if (name == "in") {
        return contains(machine, arguments.get(0, "seq"), input);
    }
    if (name == "sameas") {
        const Value other = arguments.get(0, "other");
        return std::string_view(input.typeName()) == other.typeName() && equal(input, other, machine.budget);
    }
    if (name == "lower" || name == "upper") {
        const std::string text = toText(input, machine.budget);
        return toText(callMethod(machine, text, name, {}), machine.budget) == text;
    }
    fail(fmt::format("the test \"{}\" is not known", name));
}

} // namespace conclave::engine::jinja
