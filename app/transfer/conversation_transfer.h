#pragma once

#include "app/transfer/conversation_text.h"

#include <QObject>
#include <QStringList>
#include <QThreadPool>

#include <functional>
#include <stop_token>

/// Writes conversations into files and takes them in, on a thread of its own with its own connection to the database.
namespace conclave::app
{

class ConversationTransfer : public QObject
{
    Q_OBJECT

public:
    /// `folder`: of conclave.db.
    explicit ConversationTransfer(const QString &folder, QObject *parent = nullptr);
    /// Waits for what is being written.
    ~ConversationTransfer() override;

    void setFormulaDrawer(const FormulaDrawer &drawer) { m_drawFormula = drawer; }

    /// The ending of the file tells the format: .md, .json, .html or .pdf. None of `conversations`: all there are, which is for .json only.
    void exportTo(const QVector<qint64> &conversations, const QString &file);
    void importFrom(const QStringList &files);
    /// Between two conversations: an export writes nothing, of an import what was taken stays. Nothing is told as failed.
    void cancel();
    bool busy() const { return m_running > 0; }
    double share() const { return m_share; } ///< done of what runs, 0 to 1

Q_SIGNALS:
    void busyChanged();
    void shareChanged();
    void exported(const QString &file);
    void imported(int conversations);
    /// `message` is for the user and names the file.
    void failed(const QString &message);

private:
    void run(const std::function<void(const std::stop_token &)> &work);
    bool tell(double share, const std::stop_token &token);

    QString m_folder;
    FormulaDrawer m_drawFormula;
    int m_running = 0;
    double m_share = 0;
    std::stop_source m_stop; ///< of all that runs
    QThreadPool m_threads;   ///< last member: its thread ends before anything it uses
};

} // namespace conclave::app
