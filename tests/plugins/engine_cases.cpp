#include "engine_cases.h"

#include "tests/kernels/op_cases.h"

#include <cmath>

namespace conclave::tests
{
namespace
{

using kernels::test::Floats;

/// The first value that lies further from the reference's than it may.
std::string firstWrong(const Floats &actual, const Floats &expected, const Floats &bounds)
{
    if (actual.size() != expected.size())
        return std::to_string(actual.size()) + " results instead of " + std::to_string(expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) {
        const bool same = actual[i] == expected[i] || (std::isnan(actual[i]) && std::isnan(expected[i]));
        if (!same && !(std::fabs(actual[i] - expected[i]) <= bounds[i]))
            return "result " + std::to_string(i) + " of " + std::to_string(actual.size()) + " is " + std::to_string(actual[i]) +
                   " instead of " + std::to_string(expected[i]) + ", bound " + std::to_string(bounds[i]);
    }
    return {};
}

std::string compare(const kernels::test::OpCase &one, kernels::Device &device, kernels::Device &reference, kernels::Status &status)
{
    kernels::test::Rig actual(device);
    const Floats results = one.program(actual);
    status = actual.status();
    if (!status.ok())
        return status.text;
    kernels::test::Rig truth(reference);
    const Floats expected = one.program(truth);
    if (!truth.status().ok())
        return truth.status().text;
    return firstWrong(results, expected, (one.toleranceInFloat ? one.toleranceInFloat : one.tolerance)(expected));
}

} // namespace

std::vector<EngineCases> engineCases(bool all)
{
    using namespace kernels::test;
    struct Kind
    {
        const char *name;
        std::vector<OpCase> cases;
    };
    std::vector<Kind> kinds{{"sequences", sequenceCases()}};
    if (all)
        kinds = {{"matmul", matmulCases()},  {"rows", rowCases()},        {"attention", attentionCases()},
                 {"caches", cacheCases()},   {"routers", routerCases()},  {"experts", moeCases()},
                 {"pictures", imageCases()}, {"families", familyCases()}, {"sequences", sequenceCases()}};
    std::vector<EngineCases> out;
    for (const Kind &kind : kinds) {
        out.push_back({kind.name, {}});
        for (const OpCase &one : kind.cases)
            out.back().cases.push_back({one.name, [one](kernels::Device &device, kernels::Device &reference, kernels::Status &status) {
                                            return compare(one, device, reference, status);
                                        }});
    }
    return out;
}

} // namespace conclave::tests
