#include "tests/engine/scalar_decoder.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace conclave::test
{
namespace
{

using Row = std::vector<double>;
using Rows = std::vector<Row>; ///< one for each token

double sigmoid(double x)
{
    return 1 / (1 + std::exp(-x));
}

double gelu(double x)
{
    return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
}

class ScalarDecoder
{
public:
    ScalarDecoder(const ScalarSpec &spec, const ScalarWeights &weights) : m_spec(spec), m_weights(weights) {}

    std::vector<double> logits(std::span<const std::int32_t> tokens)
    {
        std::vector<double> all;
        for (const Row &row : hidden(tokens)) {
            for (double value : matrix(has("output.weight") ? "output.weight" : "token_embd.weight", row))
                all.push_back(m_spec.logitCap > 0 ? m_spec.logitCap * std::tanh(value / m_spec.logitCap) : value);
        }
        return all;
    }

    /// At each place the token behind it and the normalised hidden row there are joined and go through one layer more. Behind the last
    /// token the block's own normalised row stands for the model's.
    std::vector<double> foretold(std::span<const std::int32_t> tokens, int count)
    {
        const int block = trunkLayers();
        const std::string prefix = "blk." + std::to_string(block) + ".nextn.";
        const auto own = [&](const char *name, const char *shared) { return has(prefix + name) ? prefix + name : std::string(shared); };
        Rows rows = hidden(tokens.first(tokens.size() - 1));
        std::vector<std::int32_t> behind(tokens.begin() + 1, tokens.end());
        std::vector<double> all;
        for (int i = 0; i < count; ++i) {
            Rows x;
            for (std::size_t t = 0; t < behind.size(); ++t) {
                Row pair = rms(rowOf(own("embed_tokens.weight", "token_embd.weight"), behind[t], m_spec.width), prefix + "enorm.weight");
                const Row h = rms(rows[t], prefix + "hnorm.weight");
                pair.insert(pair.end(), h.begin(), h.end());
                x.push_back(matrix(prefix + "eh_proj.weight", pair));
            }
            runLayer(block, x);
            rows.push_back(rms(x.back(), own("shared_head_norm.weight", "output_norm.weight")));
            const Row logits = matrix(own("shared_head_head.weight", "output.weight"), rows.back());
            all.insert(all.end(), logits.begin(), logits.end());
            behind.push_back(static_cast<std::int32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin()));
        }
        return all;
    }

private:
    int trunkLayers() const { return static_cast<int>(m_spec.layers.size()) - m_spec.predictionLayers; }

    /// What the output matrix reads of each token.
    Rows hidden(std::span<const std::int32_t> tokens)
    {
        Rows x;
        for (const std::int32_t token : tokens) {
            x.push_back(rowOf("token_embd.weight", token, m_spec.width));
            for (double &value : x.back())
                value *= m_spec.embeddingScale;
        }
        if (m_spec.perLayerWidth > 0)
            embedForLayers(x, tokens);
        for (int i = 0; i < trunkLayers(); ++i)
            runLayer(i, x);
        for (Row &row : x)
            row = rms(std::move(row), "output_norm.weight");
        return x;
    }

    bool has(const std::string &name) const { return m_weights.count(name) != 0; }
    const std::vector<float> &tensor(const std::string &name) const { return m_weights.at(name); }

    Row rowOf(const std::string &name, int row, int width) const
    {
        const auto begin = tensor(name).begin() + static_cast<std::ptrdiff_t>(row) * width;
        return {begin, begin + width};
    }

    /// y_o = sum_i W_oi x_i, of the matrix that begins at row `from`; `rows` 0: all.
    Row matrix(const std::string &name, const Row &in, std::size_t from = 0, std::size_t rows = 0) const
    {
        const std::vector<float> &w = tensor(name);
        Row out(rows > 0 ? rows : w.size() / in.size());
        for (std::size_t o = 0; o < out.size(); ++o)
            for (std::size_t i = 0; i < in.size(); ++i)
                out[o] += static_cast<double>(w[(from + o) * in.size() + i]) * in[i];
        return out;
    }

    /// The matrix NAME.weight with NAME.bias, if there is one.
    Row linear(const std::string &name, const Row &in) const
    {
        Row out = matrix(name + ".weight", in);
        for (std::size_t o = 0; o < out.size() && has(name + ".bias"); ++o)
            out[o] += static_cast<double>(tensor(name + ".bias")[o]);
        return out;
    }

    /// RMSNorm of values begin .. begin + count - 1, in place; without a weight when the name is empty.
    void rmsPart(Row &row, std::size_t begin, std::size_t count, const std::string &weight) const
    {
        double squares = 0;
        for (std::size_t i = 0; i < count; ++i)
            squares += row[begin + i] * row[begin + i];
        const double factor = 1 / std::sqrt(squares / static_cast<double>(count) + m_spec.epsilon);
        for (std::size_t i = 0; i < count; ++i)
            row[begin + i] *= factor * (weight.empty() ? 1.0 : static_cast<double>(tensor(weight)[i]));
    }

    Row rms(Row row, const std::string &weight) const
    {
        rmsPart(row, 0, row.size(), weight);
        return row;
    }

    void runLayer(int index, Rows &x)
    {
        const ScalarLayer &layer = m_spec.layers[static_cast<std::size_t>(index)];
        m_prefix = "blk." + std::to_string(index) + ".";
        const Rows attended = attention(index, layer, x);
        for (std::size_t t = 0; t < x.size(); ++t) {
            addTo(x[t], attended[t]);
            feedForward(layer, x[t]);
            if (m_spec.perLayerWidth > 0)
                addOwnEmbedding(index, x[t], t);
            if (has(m_prefix + "layer_output_scale.weight"))
                for (double &value : x[t])
                    value *= static_cast<double>(tensor(m_prefix + "layer_output_scale.weight")[0]);
        }
    }

    static void addTo(Row &sum, const Row &more)
    {
        for (std::size_t i = 0; i < sum.size(); ++i)
            sum[i] += more[i];
    }

    /// Heads of `row` normalised, each by itself or all together, as long as the weight is.
    void normaliseHeads(Row &row, const std::string &weight) const
    {
        if (!has(weight))
            return;
        const std::size_t count = tensor(weight).size();
        for (std::size_t begin = 0; begin < row.size(); begin += count)
            rmsPart(row, begin, count, weight);
    }

    void rotate(const ScalarLayer &layer, Row &row, std::size_t position) const
    {
        const auto pairs = static_cast<std::size_t>(layer.ropeDims / 2);
        for (std::size_t head = 0; head < row.size(); head += static_cast<std::size_t>(layer.headDim)) {
            for (std::size_t i = 0; i < pairs; ++i) {
                double angle =
                    static_cast<double>(position) * std::pow(layer.ropeBase, -static_cast<double>(i) / static_cast<double>(pairs));
                if (!layer.ropeDivisors.empty())
                    angle /= layer.ropeDivisors[i];
                if (layer.ownFrequencies)
                    angle /= static_cast<double>(tensor("rope_freqs.weight")[i]);
                double &a = row[head + (layer.neighbours ? 2 * i : i)];
                double &b = row[head + (layer.neighbours ? 2 * i + 1 : i + pairs)];
                const double c = layer.ropeMagnitude * std::cos(angle);
                const double s = layer.ropeMagnitude * std::sin(angle);
                const double turned = a * c - b * s;
                b = a * s + b * c;
                a = turned;
            }
        }
    }

    Rows attention(int index, const ScalarLayer &layer, const Rows &x)
    {
        const std::string prefix = m_prefix + "attn_";
        Rows queries;
        Rows keys;
        Rows values;
        for (std::size_t t = 0; t < x.size(); ++t) {
            const Row h = rms(x[t], prefix + "norm.weight");
            queries.push_back(linear(prefix + "q", h));
            normaliseHeads(queries.back(), prefix + "q_norm.weight");
            rotate(layer, queries.back(), t);
            if (layer.keysOf >= 0)
                continue;
            keys.push_back(linear(prefix + "k", h));
            values.push_back(has(prefix + "v.weight") ? linear(prefix + "v", h) : keys.back());
            normaliseHeads(keys.back(), prefix + "k_norm.weight");
            rotate(layer, keys.back(), t);
            const auto width = static_cast<std::size_t>(layer.headDim);
            for (std::size_t head = 0; head < values.back().size() && layer.normaliseValues; head += width)
                rmsPart(values.back(), head, width, "");
        }
        m_keys.resize(m_spec.layers.size());
        m_values.resize(m_spec.layers.size());
        const auto from = static_cast<std::size_t>(layer.keysOf >= 0 ? layer.keysOf : index);
        if (layer.keysOf < 0) {
            m_keys[from] = keys;
            m_values[from] = values;
        }
        Rows out;
        for (std::size_t t = 0; t < x.size(); ++t) {
            out.push_back(linear(prefix + "output", attend(layer, queries[t], m_keys[from], m_values[from], t)));
            if (normsBehind())
                out.back() = rms(out.back(), m_prefix + "post_attention_norm.weight");
        }
        return out;
    }

    /// Gemma's norms behind attention and feed-forward (GLM calls its norm in front of the feed-forward by the same name).
    bool normsBehind() const { return has(m_prefix + "post_ffw_norm.weight"); }

    Row attend(const ScalarLayer &layer, const Row &query, const Rows &keys, const Rows &values, std::size_t t) const
    {
        const auto width = static_cast<std::size_t>(layer.headDim);
        const std::size_t shared = static_cast<std::size_t>(m_spec.heads / layer.kvHeads);
        const std::size_t first =
            layer.window > 0 && t + 1 > static_cast<std::size_t>(layer.window) ? t + 1 - static_cast<std::size_t>(layer.window) : 0;
        Row out(query.size());
        for (std::size_t head = 0; head < static_cast<std::size_t>(m_spec.heads); ++head) {
            const std::size_t kv = head / shared * width;
            Row weight;
            double sum = 0;
            for (std::size_t p = first; p <= t; ++p) {
                double dot = 0;
                for (std::size_t i = 0; i < width; ++i)
                    dot += query[head * width + i] * keys[p][kv + i];
                weight.push_back(std::exp(layer.scale * dot));
                sum += weight.back();
            }
            for (std::size_t p = first; p <= t; ++p)
                for (std::size_t i = 0; i < width; ++i)
                    out[head * width + i] += weight[p - first] / sum * values[p][kv + i];
        }
        return out;
    }

    static double activate(const ScalarLayer &layer, double x) { return layer.gelu ? gelu(x) : x * sigmoid(x); }

    /// down(act(gate h) * up h) of the tensors PREFIX{gate,up,down}SUFFIX.
    Row gated(const ScalarLayer &layer, const std::string &suffix, const Row &h) const
    {
        Row gate = linear(m_prefix + "ffn_gate" + suffix, h);
        const Row up = linear(m_prefix + "ffn_up" + suffix, h);
        for (std::size_t i = 0; i < gate.size(); ++i)
            gate[i] = activate(layer, gate[i]) * up[i];
        return linear(m_prefix + "ffn_down" + suffix, gate);
    }

    void feedForward(const ScalarLayer &layer, Row &x) const
    {
        const Row h = rms(x, m_prefix + layer.feedForwardNorm + ".weight");
        Row y = layer.experts > 0 ? mixture(layer, h) : gated(layer, "", h);
        if (normsBehind())
            y = rms(y, m_prefix + "post_ffw_norm.weight");
        addTo(x, y);
    }

    Row scores(const ScalarLayer &layer, const Row &h) const
    {
        Row score = linear(m_prefix + "ffn_gate_inp", h);
        double sum = 0;
        for (double &value : score) {
            value = layer.sigmoid ? sigmoid(value) : std::exp(value);
            sum += value;
        }
        for (double &value : score)
            value /= layer.sigmoid ? 1.0 : sum;
        return score;
    }

    Row mixture(const ScalarLayer &layer, const Row &h) const
    {
        const Row score = scores(layer, h);
        Row selection = score;
        for (std::size_t e = 0; e < selection.size() && has(m_prefix + "exp_probs_b.bias"); ++e)
            selection[e] += static_cast<double>(tensor(m_prefix + "exp_probs_b.bias")[e]);
        std::vector<std::size_t> order(selection.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return selection[a] > selection[b]; });
        double sum = 0;
        for (int j = 0; j < layer.used; ++j)
            sum += score[order[static_cast<std::size_t>(j)]];
        Row y(h.size());
        for (int j = 0; j < layer.used; ++j) {
            const std::size_t e = order[static_cast<std::size_t>(j)];
            const Row out = expert(layer, e, h);
            const double weight = score[e] / (layer.normalise ? sum : 1.0) * layer.weightScale;
            for (std::size_t i = 0; i < y.size(); ++i)
                y[i] += weight * out[i];
        }
        if (has(m_prefix + "ffn_gate_shexp.weight"))
            addTo(y, sharedExpert(layer, h));
        return y;
    }

    Row expert(const ScalarLayer &layer, std::size_t e, const Row &h) const
    {
        const std::size_t hidden = tensor(m_prefix + "ffn_down_exps.weight").size() / static_cast<std::size_t>(layer.experts) / h.size();
        Row gate = matrix(m_prefix + "ffn_gate_exps.weight", h, e * hidden, hidden);
        const Row up = matrix(m_prefix + "ffn_up_exps.weight", h, e * hidden, hidden);
        for (std::size_t i = 0; i < hidden; ++i)
            gate[i] = activate(layer, gate[i]) * up[i];
        return matrix(m_prefix + "ffn_down_exps.weight", gate, e * h.size(), h.size());
    }

    Row sharedExpert(const ScalarLayer &layer, const Row &h) const
    {
        Row y = gated(layer, "_shexp", h);
        if (has(m_prefix + "ffn_gate_inp_shexp.weight")) {
            const double share = sigmoid(matrix(m_prefix + "ffn_gate_inp_shexp.weight", h)[0]);
            for (double &value : y)
                value *= share;
        }
        return y;
    }

    /// Gemma's embeddings of their own for every layer: the token's row, and a projection of the stream's first state.
    void embedForLayers(const Rows &x, std::span<const std::int32_t> tokens)
    {
        const auto part = static_cast<std::size_t>(m_spec.perLayerWidth);
        const int all = m_spec.perLayerWidth * static_cast<int>(m_spec.layers.size());
        for (std::size_t t = 0; t < x.size(); ++t) {
            Row projected = matrix("per_layer_model_proj.weight", x[t]);
            for (double &value : projected)
                value /= std::sqrt(static_cast<double>(m_spec.width));
            for (std::size_t begin = 0; begin < projected.size(); begin += part)
                rmsPart(projected, begin, part, "per_layer_proj_norm.weight");
            const Row own = rowOf("per_layer_token_embd.weight", tokens[t], all);
            for (std::size_t i = 0; i < projected.size(); ++i)
                projected[i] = (projected[i] + own[i] * std::sqrt(static_cast<double>(part))) / std::sqrt(2.0);
            m_layerEmbeddings.push_back(projected);
        }
    }

    void addOwnEmbedding(int index, Row &x, std::size_t t) const
    {
        const auto part = static_cast<std::size_t>(m_spec.perLayerWidth);
        Row gate = matrix(m_prefix + "inp_gate.weight", x);
        for (std::size_t i = 0; i < part; ++i)
            gate[i] = gelu(gate[i]) * m_layerEmbeddings[t][static_cast<std::size_t>(index) * part + i];
        addTo(x, rms(matrix(m_prefix + "proj.weight", gate), m_prefix + "post_norm.weight"));
    }

    const ScalarSpec &m_spec;
    const ScalarWeights &m_weights;
    std::string m_prefix; ///< of the layer at work
    std::vector<Rows> m_keys;
    std::vector<Rows> m_values;
    Rows m_layerEmbeddings; ///< [T][L * perLayerWidth]
};

} // namespace

std::vector<double> scalarLogits(const ScalarSpec &spec, const ScalarWeights &weights, std::span<const std::int32_t> tokens)
{
    return ScalarDecoder(spec, weights).logits(tokens);
}

std::vector<double> scalarForetold(const ScalarSpec &spec, const ScalarWeights &weights, std::span<const std::int32_t> tokens, int count)
{
    return ScalarDecoder(spec, weights).foretold(tokens, count);
}

} // namespace conclave::test
