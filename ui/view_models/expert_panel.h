#pragma once

#include "app/chat_controller.h"

#include <QObject>
#include <QPoint>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

/// How the experts of the model work on the open conversation's answer, in words and numbers; live while it is written and somebody
/// watches. GUI thread only.
namespace conclave::ui
{

class ExpertPanel : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChatViewModel")
    Q_PROPERTY(bool watching READ watching WRITE setWatching NOTIFY watchingChanged)
    Q_PROPERTY(bool hasExperts READ hasExperts NOTIFY changed)      ///< the model has
    Q_PROPERTY(bool known READ known NOTIFY changed)                ///< there is an answer to look at
    Q_PROPERTY(bool seesPictures READ seesPictures NOTIFY changed)  ///< tokens of pictures pass the experts
    Q_PROPERTY(int sights READ sights NOTIFY changed)               ///< so far: who reads cellWords reads this besides
    Q_PROPERTY(QString explanation READ explanation NOTIFY changed) ///< why there is nothing to see; empty: there is
    Q_PROPERTY(QString shape READ shape NOTIFY changed)             ///< "9 layers, 32 experts each, at most 4 for a token"
    Q_PROPERTY(int layer READ layer WRITE setLayer NOTIFY changed)  ///< that the figures are of; -1: the mean of all
    Q_PROPERTY(QString scope READ scope NOTIFY changed)
    Q_PROPERTY(QString utilisation READ utilisation NOTIFY changed)
    Q_PROPERTY(QString idleCompute READ idleCompute NOTIFY changed)
    Q_PROPERTY(QString margin READ margin NOTIFY changed)
    Q_PROPERTY(QString meanExperts READ meanExperts NOTIFY changed)
    Q_PROPERTY(QString tokens READ tokens NOTIFY changed) ///< how many of each kind, and what of pictures the experts see
    Q_PROPERTY(bool alarm READ alarm NOTIFY changed)      ///< experts collapse
    Q_PROPERTY(bool usual READ usual NOTIFY changed)      ///< it is known what is usual, and all is so
    Q_PROPERTY(QString alarmWords READ alarmWords NOTIFY changed)
    Q_PROPERTY(QVariantList places READ places NOTIFY placesChanged) ///< where the experts lie: of {"kind", "words", "share"}

public:
    explicit ExpertPanel(app::ChatController &controller, QObject *parent = nullptr);
    ~ExpertPanel() override;

    bool watching() const { return m_watching; }
    void setWatching(bool watching);
    bool hasExperts() const { return m_controller.model().info.experts > 0; }
    bool known() const { return m_view && m_view->textTokens + m_view->imageTokens > 0; }
    bool seesPictures() const;
    int sights() const { return m_sights; }
    QString explanation() const;
    QString shape() const;
    int layer() const { return m_layer; }
    void setLayer(int layer);
    QString scope() const;
    QString utilisation() const;
    QString idleCompute() const;
    QString margin() const;
    QString meanExperts() const;
    QString tokens() const;
    bool alarm() const { return m_view && !m_view->warnings.empty(); }
    bool usual() const { return m_view && !alarm() && m_view->learnt >= m_view->learning; }
    QString alarmWords() const;
    QVariantList places() const;

    /// Null: nothing is known.
    const engine::ExpertView *view() const { return m_view.get(); }
    /// A cell of the picture, or a whole layer (x below 0), in words: layer, expert, tokens of text and pictures, share. Empty: no such.
    Q_INVOKABLE QString cellWords(QPoint cell) const;
    /// What a saved picture says besides.
    QStringList summary() const;

Q_SIGNALS:
    void watchingChanged();
    void changed();
    void placesChanged();

private:
    void takeSight(const app::ExpertSight &sight);
    void forget();
    void show(std::shared_ptr<const engine::ExpertView> view);
    const engine::ExpertLayerView *chosen() const;
    const engine::ExpertLayerView *layerAt(int layer) const;
    QString placeWords(const engine::ExpertLayerView &layer) const;

    app::ChatController &m_controller;
    std::shared_ptr<const engine::ExpertView> m_view;
    QVariantList m_places; ///< as told last
    int m_sights = 0;
    bool m_watching = false;
    int m_layer = -1;
};

} // namespace conclave::ui
