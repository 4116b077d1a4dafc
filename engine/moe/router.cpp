#include "engine/moe/router.h"

namespace conclave::engine
{

RouterConfig RouterConfig::fixed(kernels::GatingScore score, bool normalise, int experts, int k)
{
    RouterConfig config;
    config.score = score;
    config.normalise = normalise;
    config.experts = experts;
    config.kMin = config.kMax = config.kWide = k;
    return config;
}

Router::Router(const RouterConfig &config, const kernels::Tensor &loadBias, float calibration, const kernels::Tensor &expertScale)
    : m_config(config), m_loadBias(loadBias), m_expertScale(expertScale), m_calibration(calibration)
{
}

kernels::RouterArgs Router::args(const kernels::Tensor &logits, const Routing &out, float share) const
{
    kernels::RouterArgs args;
    args.logits = logits;
    args.loadBias = m_loadBias;
    args.score = m_config.score;
    args.normalise = m_config.normalise;
    args.leastSum = m_config.leastSum;
    args.weightScale = m_config.weightScale;
    args.expertScale = m_expertScale;
    args.groups = m_config.groups;
    args.kMin = m_config.kMin;
    args.kMax = m_config.kMax;
    args.kWide = m_config.kWide;
    args.tau = m_config.tau;
    args.calibration = m_calibration;
    if (m_config.isFixed() && share < 1.0F) {
        args.kMin = 1;
        args.tau = share;
    }
    args.experts = out.experts;
    args.weights = out.weights;
    args.margins = out.margins;
    return args;
}

} // namespace conclave::engine
