#include "engine/chat/jinja_evaluator.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace conclave::engine::jinja
{

namespace
{

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

[[noreturn]] void tooLarge()
{
    fail("a number becomes too large");
}

std::int64_t sum(std::int64_t a, std::int64_t b)
{
    if ((b > 0 && a > kHighest - b) || (b < 0 && a < kLowest - b)) {
        tooLarge();
    }
    return a + b;
}

std::int64_t difference(std::int64_t a, std::int64_t b)
{
    if ((b < 0 && a > kHighest + b) || (b > 0 && a < kLowest + b)) {
        tooLarge();
    }
    return a - b;
}

std::int64_t product(std::int64_t a, std::int64_t b)
{
    const double estimate = static_cast<double>(a) * static_cast<double>(b);
    if (std::abs(estimate) > 9.2e18) {
        tooLarge();
    }
    return a * b;
}

/// Python's // and %: towards minus infinity.
std::int64_t floorQuotient(std::int64_t a, std::int64_t b)
{
    if (b == 0) {
        fail("a number is divided by 0");
    }
    if (b == -1) {
        return difference(0, a);
    }
    return a / b - (a % b != 0 && (a % b < 0) != (b < 0) ? 1 : 0);
}

std::int64_t power(std::int64_t base, std::int64_t exponent)
{
    std::int64_t out = 1;
    for (std::int64_t i = 0; i < exponent; ++i) {
        if (base == 0 || base == 1 || (base == -1 && i > 1)) { // would go on for ever without changing
            return base == -1 ? (exponent % 2 == 0 ? 1 : -1) : base;
        }
        out = product(out, base);
    }
    return out;
}

Value integerResult(const std::string &op, std::int64_t a, std::int64_t b)
{
    if (op == "+") {
        return sum(a, b);
    }
    if (op == "-") {
        return difference(a, b);
    }
    if (op == "*") {
        return product(a, b);
    }
    if (op == "//") {
        return floorQuotient(a, b);
    }
    if (op == "%") {
        const std::int64_t quotient = floorQuotient(a, b);
        return b == -1 ? Value(std::int64_t{0}) : Value(a - quotient * b);
    }
    return b >= 0 ? Value(power(a, b)) : Value(std::pow(static_cast<double>(a), static_cast<double>(b)));
}

Value realResult(const std::string &op, double a, double b)
{
    if (op == "+") {
        return a + b;
    }
    if (op == "-") {
        return a - b;
    }
    if (op == "*") {
        return a * b;
    }
    if (op == "**") {
        return std::pow(a, b);
    }
    if (b == 0) {
        fail("a number is divided by 0");
    }
    if (op == "/") {
        return a / b;
    }
    const double quotient = std::floor(a / b);
    return op == "//" ? quotient : a - quotient * b;
}

Value repeated(Machine &machine, const std::string &text, std::int64_t count)
{
    const std::size_t times = count > 0 ? static_cast<std::size_t>(count) : 0;
    if (!text.empty() && times > Budget::kStringBytes / text.size()) {
        fail("it makes a text that is too long");
    }
    machine.budget.string(text.size() * times);
    std::string out;
    out.reserve(text.size() * times);
    for (std::size_t i = 0; i < times && !text.empty(); ++i) {
        out += text;
    }
    return out;
}

Value concatenated(Machine &machine, const List &left, const List &right)
{
    Budget::list(left.items.size() + right.items.size());
    machine.budget.step(static_cast<std::int64_t>(left.items.size() + right.items.size()));
    List *out = machine.heap.list();
    out->items = left.items;
    out->items.insert(out->items.end(), right.items.begin(), right.items.end());
    return out;
}

Value joined(Machine &machine, const std::string &left, const std::string &right)
{
    machine.budget.string(left.size() + right.size());
    return left + right;
}

} // namespace

Value applyBinary(Machine &machine, const std::string &op, const Value &left, const Value &right)
{
    if (op == "~") {
        return joined(machine, toText(left, machine.budget), toText(right, machine.budget));
    }
    if (left.isNumber() && right.isNumber()) {
        const bool whole = left.isInteger() && right.isInteger() && op != "/";
        return whole ? integerResult(op, left.integer(""), right.integer("")) : realResult(op, left.number(), right.number());
    }
    if (op == "+" && left.isString() && right.isString()) {
        return joined(machine, *left.string(), *right.string());
    }
    if (op == "+" && left.list() != nullptr && right.list() != nullptr) {
        return concatenated(machine, *left.list(), *right.list());
    }
    if (op == "*" && left.isString() && right.isInteger()) {
        return repeated(machine, *left.string(), right.integer(""));
    }
    if (op == "*" && left.isInteger() && right.isString()) {
        return repeated(machine, *right.string(), left.integer(""));
    }
    fail(fmt::format("{} {} {} has no meaning", left.typeName(), op, right.typeName()));
}

} // namespace conclave::engine::jinja
