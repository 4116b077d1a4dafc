#pragma once

#include "engine/api/types.h"

#include <cstdint>
#include <span>
#include <vector>

/// Notices when experts stop sharing the work as they used to.
namespace conclave::engine
{

/// Watches one layer. The first kCalibration tokens show what is usual: the router margin's mean, how much means of kBlock tokens stray,
/// and the utilisation of windows. Then each block is compared, as part of a window of kWindow blocks: a margin further from usual than
/// kAlarm deviations on either side (experts are chosen by chance, or always the same), or a utilisation that far below usual, twice
/// running, is a warning; it ends when both were within kCalm deviations twice running (hysteresis). Margins that are not finite are left
/// out.
class LayerMonitor
{
public:
    static constexpr int kBlock = 32;        ///< tokens
    static constexpr int kWindow = 8;        ///< blocks
    static constexpr int kCalibration = 512; ///< tokens
    static constexpr double kAlarm = 5;
    static constexpr double kCalm = 3;

    /// One token: its experts (-1: none) of `expertCount`, and its margin.
    void note(std::span<const std::int32_t> experts, int expertCount, float margin);

    bool calibrated() const { return m_blocks >= kCalibration / kBlock; }
    /// Tokens that what is usual is known from, at most kCalibration.
    int learnt() const;
    bool warning() const { return m_warning; }
    /// Of the last whole window.
    double margin() const { return m_margin; }
    double utilisation() const { return m_utilisation; }
    double usualMargin() const { return m_usualMargin.mean(); }
    double usualUtilisation() const { return m_usualUtilisation.mean(); }

private:
    /// Mean and deviation of what came in, in one pass (Welford 1962).
    class Moments
    {
    public:
        void add(double value);
        double mean() const { return m_mean; }
        double deviation() const;

    private:
        double m_count = 0;
        double m_mean = 0;
        double m_squares = 0;
    };

    void endBlock();
    void measureWindow();
    void judge();

    std::vector<std::uint32_t> m_window;  ///< [E] load of the last kWindow blocks, the one under way included
    std::vector<std::uint16_t> m_history; ///< [kWindow, E] by block
    double m_blockMargin = 0;             ///< sum
    int m_blockMargins = 0;
    int m_blockTokens = 0;
    std::int64_t m_blocks = 0; ///< whole ones
    double m_margins[kWindow] = {};
    double m_margin = 0;
    double m_utilisation = 0;
    Moments m_usualMargin; ///< of blocks
    Moments m_usualUtilisation;
    int m_outside = 0; ///< judgements running
    int m_inside = 0;
    bool m_warning = false;
};

/// All layers of a model, over the life of a session.
class CollapseMonitor
{
public:
    /// One layer's choices for T tokens: experts [T, k], margins [T].
    void note(int layer, int expertCount, std::span<const std::int32_t> experts, int k, std::span<const float> margins);
    /// Layers that are out of their range now.
    std::vector<ExpertWarning> warnings() const;
    /// Tokens that every layer with experts has learnt from; see LayerMonitor.
    int learnt() const;

private:
    std::vector<LayerMonitor> m_layers;
};

} // namespace conclave::engine
