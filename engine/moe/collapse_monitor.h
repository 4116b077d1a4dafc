#pragma once

#include "engine/api/types.h"

#include <cstdint>
#include <span>
#include <vector>

/// Notices when experts stop sharing the work as they used to.
namespace conclave::engine
{

/// Watches one layer. The first kCalibration tokens show what is usual: the router margin, and the utilisation of windows. Then each block
/// of kBlock tokens is compared, as the end of a window of kWindow blocks: a margin kFactor times smaller or larger than usual (experts are
/// chosen by chance, or always the same), or a utilisation by the share kDrop below usual, twice running, is a warning; it ends when both
/// were within kCalmFactor and kCalmDrop twice running (hysteresis). Margins that are not finite are left out.
///
/// Windows are long and bounds wide because what is usual changes within an answer (a table, numbers, a sentence) and from one to the
/// next: bounds in deviations of short blocks took every other sound session of the built-in model for a collapse.
class LayerMonitor
{
public:
    static constexpr int kBlock = 32;         ///< tokens
    static constexpr int kWindow = 24;        ///< blocks
    static constexpr int kCalibration = 1024; ///< tokens
    static constexpr double kFactor = 2.5;
    static constexpr double kCalmFactor = 1.7;
    static constexpr double kDrop = 0.10;
    static constexpr double kCalmDrop = 0.06;

    /// One token: its experts (-1: none) of `expertCount`, and its margin.
    void note(std::span<const std::int32_t> experts, int expertCount, float margin);

    bool calibrated() const { return m_blocks >= kCalibration / kBlock; }
    /// Tokens that what is usual is known from, at most kCalibration.
    int learnt() const;
    bool warning() const { return m_warning; }
    /// Of the last whole window.
    double margin() const { return m_margin; }
    double utilisation() const { return m_utilisation; }
    double usualMargin() const { return m_usualMargin.value(); }
    double usualUtilisation() const { return m_usualUtilisation.value(); }

private:
    class Mean
    {
    public:
        void add(double value);
        double value() const { return m_value; }

    private:
        double m_count = 0;
        double m_value = 0;
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
    Mean m_usualMargin;
    Mean m_usualUtilisation;
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
