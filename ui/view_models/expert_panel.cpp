#include "ui/view_models/expert_panel.h"

#include "app/text_of.h"

#include <QLocale>

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>

namespace conclave::ui
{

namespace
{

QString percent(double share)
{
    return QLocale().toString(share * 100, 'f', share > 0 && share < 0.1 ? 1 : 0) + QStringLiteral(" %");
}

QString fixed(double value, int decimals)
{
    return QLocale().toString(value, 'f', decimals);
}

QString sizeOf(double bytes)
{
    return QLocale().formattedDataSize(static_cast<qint64>(bytes), 1, QLocale::DataSizeTraditionalFormat);
}

double sumOf(const std::vector<std::uint32_t> &loads)
{
    return std::accumulate(loads.begin(), loads.end(), 0.0);
}

/// Of a layer's experts.
double shareOnCard(const engine::ExpertLayerView &layer)
{
    if (layer.place == engine::ExpertPlace::kDevice) {
        return 1;
    }
    return layer.text.empty() ? 0 : static_cast<double>(layer.cardExperts) / static_cast<double>(layer.text.size());
}

/// What share of all tokens' experts lies there, where a card has some experts of a layer; nothing before there was work.
std::optional<double> workOnCard(const engine::ExpertView &view)
{
    double all = 0;
    double there = 0;
    bool some = false;
    for (const engine::ExpertLayerView &layer : view.layers) {
        some = some || (layer.cardExperts > 0 && layer.place != engine::ExpertPlace::kDevice);
        for (std::size_t expert = 0; expert < layer.text.size(); ++expert) {
            const double tokens = static_cast<double>(layer.text[expert]) + (expert < layer.image.size() ? layer.image[expert] : 0);
            const bool isThere = expert < layer.onCard.size() ? layer.onCard[expert] != 0 : layer.place == engine::ExpertPlace::kDevice;
            all += tokens;
            there += isThere ? tokens : 0;
        }
    }
    return some && all > 0 ? std::optional(there / all) : std::nullopt;
}

} // namespace

ExpertPanel::ExpertPanel(app::ChatController &controller, QObject *parent) : QObject(parent), m_controller(controller)
{
    connect(&controller, &app::ChatController::expertsSeen, this, &ExpertPanel::takeSight);
    connect(&controller, &app::ChatController::currentConversationChanged, this, &ExpertPanel::forget);
    connect(&controller, &app::ChatController::modelChanged, this, &ExpertPanel::forget);
}

ExpertPanel::~ExpertPanel()
{
    if (m_watching) {
        m_controller.watchExperts(false);
    }
}

void ExpertPanel::setWatching(bool watching)
{
    if (watching == m_watching) {
        return;
    }
    m_watching = watching;
    m_controller.watchExperts(watching);
    Q_EMIT watchingChanged();
    forget();
}

/// What was seen belongs to another conversation or model, or is old.
void ExpertPanel::forget()
{
    m_layer = -1;
    if (m_watching) {
        m_controller.showExperts();
    }
    show(nullptr);
}

void ExpertPanel::show(std::shared_ptr<const engine::ExpertView> view)
{
    m_view = std::move(view);
    ++m_sights;
    Q_EMIT changed();
    if (const QVariantList now = places(); now != m_places) {
        m_places = now;
        Q_EMIT placesChanged();
    }
}

void ExpertPanel::takeSight(const app::ExpertSight &sight)
{
    if (m_watching && sight.conversation == m_controller.currentConversation()) {
        show(sight.view);
    }
}

bool ExpertPanel::seesPictures() const
{
    const engine::ModelInfo &info = m_controller.model().info;
    return info.readsImages && !info.readsCharts;
}

QString ExpertPanel::explanation() const
{
    const app::ModelStatus &model = m_controller.model();
    if (!model.loaded) {
        return tr("Load a model, and you see its experts here.");
    }
    if (!hasExperts()) {
        return tr("%1 is a dense model: every token passes through all of its weights, so there are no experts to choose from. In a model "
                  "with experts, such as the built-in one, a router chooses a few of many for each token.")
            .arg(app::textOf(model.info.name));
    }
    return known() ? QString() : tr("Ask something, and you see which experts work on the answer.");
}

QString ExpertPanel::shape() const
{
    const engine::ModelInfo &info = m_controller.model().info;
    if (!hasExperts()) {
        return {};
    }
    qsizetype layers = info.layers;
    if (m_view) {
        layers = std::count_if(m_view->layers.begin(), m_view->layers.end(),
                               [](const engine::ExpertLayerView &layer) { return layer.place != engine::ExpertPlace::kNone; });
    }
    const QLocale locale;
    return tr("%1 layers of %2 experts; a token uses at most %3")
        .arg(locale.toString(layers), locale.toString(info.experts), locale.toString(info.expertsUsed));
}

void ExpertPanel::setLayer(int layer)
{
    if (layer != m_layer) {
        m_layer = layer;
        Q_EMIT changed();
    }
}

const engine::ExpertLayerView *ExpertPanel::layerAt(int layer) const
{
    const bool there = m_view && layer >= 0 && layer < static_cast<int>(m_view->layers.size());
    return there ? &m_view->layers[static_cast<std::size_t>(layer)] : nullptr;
}

const engine::ExpertLayerView *ExpertPanel::chosen() const
{
    const engine::ExpertLayerView *layer = layerAt(m_layer);
    return layer && layer->tokens > 0 ? layer : nullptr;
}

QString ExpertPanel::scope() const
{
    return chosen() ? tr("Layer %1").arg(QLocale().toString(m_layer + 1)) : tr("All layers");
}

QString ExpertPanel::utilisation() const
{
    return known() ? percent(chosen() ? chosen()->utilisation : m_view->utilisation) : QStringLiteral("–");
}

QString ExpertPanel::idleCompute() const
{
    return known() ? percent(chosen() ? chosen()->idleCompute : m_view->idleCompute) : QStringLiteral("–");
}

QString ExpertPanel::margin() const
{
    return known() ? fixed(chosen() ? chosen()->margin : m_view->margin, 3) : QStringLiteral("–");
}

QString ExpertPanel::meanExperts() const
{
    return known() ? fixed(chosen() ? chosen()->meanExperts : m_view->meanExperts, 2) : QStringLiteral("–");
}

QString ExpertPanel::tokens() const
{
    if (!m_view) {
        return {};
    }
    const QLocale locale;
    const engine::ModelInfo &info = m_controller.model().info;
    const QString text = tr("Text tokens: %1").arg(locale.toString(qulonglong(m_view->textTokens)));
    if (info.readsCharts) {
        return text + QStringLiteral(". ") + tr("The picture is read over bridges: none of its tokens passes an expert.");
    }
    if (!info.readsImages) {
        return text + QStringLiteral(". ") + tr("This model sees no pictures.");
    }
    return text + QStringLiteral(" · ") + tr("Picture tokens: %1").arg(locale.toString(qulonglong(m_view->imageTokens)));
}

QString ExpertPanel::alarmWords() const
{
    if (!m_view) {
        return {};
    }
    if (!alarm()) {
        return usual() ? tr("The experts share the work as usual.")
                       : tr("The alarm is still learning what is usual: %1 more tokens of text.")
                             .arg(QLocale().toString(m_view->learning - m_view->learnt));
    }
    QStringList layers;
    for (const engine::ExpertWarning &warning : m_view->warnings) {
        layers.append(QLocale().toString(warning.layer + 1));
    }
    const engine::ExpertWarning &first = m_view->warnings.front();
    return tr("Collapse in layer %1: the experts no longer share the work as usual. Utilisation %2 instead of %3, confidence %4 instead "
              "of %5.")
        .arg(layers.join(QStringLiteral(", ")), percent(first.utilisation), percent(first.usualUtilisation), fixed(first.margin, 3),
             fixed(first.usualMargin, 3));
}

/// Only what there is.
QVariantList ExpertPanel::places() const
{
    if (!m_view) {
        return {};
    }
    std::array<double, 4> bytes{}; // card, memory, disk, file
    for (const engine::ExpertLayerView &layer : m_view->layers) {
        const auto size = static_cast<double>(layer.bytes);
        const double onCard = shareOnCard(layer);
        bytes[0] += size * onCard;
        if (layer.inMemory >= 0) {
            bytes[1] += size * (1 - onCard) * layer.inMemory;
            bytes[2] += size * (1 - onCard) * (1 - layer.inMemory);
        } else {
            bytes[3] += size * (1 - onCard);
        }
    }
    std::array<QString, 4> names{tr("On the card: %1"), tr("In memory: %1"), tr("On disk, until they are called: %1"),
                                 tr("In the mapped file: %1")};
    if (const engine::ExpertTraffic &traffic = m_view->traffic; traffic.called > 0) {
        names[2] = tr("On disk: %1 (hits in memory: %2)").arg(QStringLiteral("%1"), percent(traffic.hitRate()));
    }
    if (const std::optional<double> work = workOnCard(*m_view)) {
        names[0] = tr("On the card: %1 (share of the work: %2)").arg(QStringLiteral("%1"), percent(*work));
    }
    const double all = std::max(1.0, std::accumulate(bytes.begin(), bytes.end(), 0.0));
    QVariantList out;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (bytes[i] > 0) {
            out.append(QVariantMap{{QStringLiteral("kind"), static_cast<int>(i)},
                                   {QStringLiteral("words"), names[i].arg(sizeOf(bytes[i]))},
                                   {QStringLiteral("share"), bytes[i] / all}});
        }
    }
    return out;
}

QString ExpertPanel::placeWords(const engine::ExpertLayerView &layer) const
{
    if (layer.place == engine::ExpertPlace::kDevice) {
        return tr("Its experts lie on the card.");
    }
    if (layer.cardExperts > 0) {
        const QString there = tr("On the card: %1 of its experts").arg(percent(shareOnCard(layer)));
        return layer.inMemory < 0 ? there : there + u'\n' + tr("In memory: %1 of the others").arg(percent(layer.inMemory));
    }
    return layer.inMemory < 0 ? tr("Its experts lie in the mapped file.") : tr("In memory: %1 of its experts").arg(percent(layer.inMemory));
}

QString ExpertPanel::cellWords(QPoint cell) const
{
    const engine::ExpertLayerView *layer = layerAt(cell.y());
    const QLocale locale;
    if (!layer || layer->place == engine::ExpertPlace::kNone || cell.x() >= static_cast<int>(layer->text.size())) {
        return {};
    }
    if (cell.x() < 0) {
        return QStringList{tr("Layer %1").arg(locale.toString(cell.y() + 1)), tr("Utilisation: %1").arg(percent(layer->utilisation)),
                           tr("Idle compute: %1").arg(percent(layer->idleCompute)), tr("Confidence: %1").arg(fixed(layer->margin, 3)),
                           placeWords(*layer)}
            .join(u'\n');
    }
    const auto expert = static_cast<std::size_t>(cell.x());
    QStringList lines{tr("Layer %1, expert %2").arg(locale.toString(cell.y() + 1), locale.toString(cell.x() + 1)),
                      tr("Text tokens: %1").arg(locale.toString(layer->text[expert]))};
    if (seesPictures()) {
        lines.append(tr("Picture tokens: %1").arg(locale.toString(layer->image[expert])));
    }
    const double all = sumOf(layer->text) + sumOf(layer->image);
    if (all > 0) {
        lines.append(tr("Share of the layer's work: %1").arg(percent((layer->text[expert] + layer->image[expert]) / all)));
    }
    if (std::find(layer->last.begin(), layer->last.end(), cell.x()) != layer->last.end()) {
        lines.append(tr("Works on the last token"));
    }
    if (expert < layer->onCard.size() && layer->onCard[expert] != 0) {
        lines.append(tr("Lies on the card"));
    }
    return lines.join(u'\n');
}

QStringList ExpertPanel::summary() const
{
    if (!known()) {
        return {};
    }
    const QStringList figures{tr("Utilisation: %1").arg(percent(m_view->utilisation)),
                              tr("Idle compute: %1").arg(percent(m_view->idleCompute)), tr("Confidence: %1").arg(fixed(m_view->margin, 3)),
                              tr("Experts a token: %1").arg(fixed(m_view->meanExperts, 2))};
    return {shape(), figures.join(QStringLiteral(" · ")), tokens(), alarmWords()};
}

} // namespace conclave::ui
