#include "ui/view_models/library_view_model.h"

#include "app/log/engine_words.h"
#include "app/log/error_text.h"
#include "ui/desktop/language.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QLocale>

#include <algorithm>

namespace conclave::ui
{

namespace
{

bool isModelFile(const QUrl &url)
{
    return url.isLocalFile() && url.toLocalFile().endsWith(QLatin1String(".gguf"), Qt::CaseInsensitive);
}

QString parametersText(qint64 parameters)
{
    const QLocale locale;
    return parameters >= 1'000'000'000 ? LibraryViewModel::tr("%1 billion").arg(locale.toString(double(parameters) / 1e9, 'f', 1))
                                       : LibraryViewModel::tr("%1 million").arg(locale.toString(double(parameters) / 1e6, 'f', 1));
}

QString languagesText(const QStringList &codes)
{
    QStringList names;
    for (const QString &code : codes) {
        const QLocale language(code);
        names << (language.language() == QLocale::C ? code : QLocale::languageToString(language.language()));
    }
    return names.join(QStringLiteral(", "));
}

/// Texts of resources/catalogue.json, so that they are translated.
[[maybe_unused]] const char *const kStrengths[] = {
    QT_TRANSLATE_NOOP("Catalogue", "Pictures and charts on small machines"),
    QT_TRANSLATE_NOOP("Catalogue", "Pictures, charts and documents on ordinary machines"),
    QT_TRANSLATE_NOOP("Catalogue", "Pictures, charts and documents, more careful"),
    QT_TRANSLATE_NOOP("Catalogue", "Pictures, charts and documents with the speed of a small model, for machines with 24 GB or more"),
    QT_TRANSLATE_NOOP("Catalogue", "The most careful reader of pictures here, and slow without a graphics card"),
    QT_TRANSLATE_NOOP("Catalogue", "Conversation and reasoning on small machines"),
    QT_TRANSLATE_NOOP("Catalogue", "Conversation, reasoning and code on ordinary machines"),
    QT_TRANSLATE_NOOP("Catalogue", "Reasoning, code and tools; fast for its size"),
    QT_TRANSLATE_NOOP("Catalogue", "Reasoning, code and tools, for machines with 80 GB or more"),
    QT_TRANSLATE_NOOP("Catalogue", "Writing in many languages on small machines"),
    QT_TRANSLATE_NOOP("Catalogue", "Writing and translation in many languages"),
    QT_TRANSLATE_NOOP("Catalogue", "The best of its family in languages; dense, so slower than models of experts"),
    QT_TRANSLATE_NOOP("Catalogue", "Writing and reasoning in many languages; a model of experts, so fast"),
    QT_TRANSLATE_NOOP("Catalogue", "Code and tools, for machines with 96 GB or more"),
    QT_TRANSLATE_NOOP("Catalogue", "Reasoning in Chinese and English; a model of experts, so fast"),
    QT_TRANSLATE_NOOP("Catalogue", "The largest here: knowledge, reasoning and very long texts, for machines with 192 GB or more"),
    QT_TRANSLATE_NOOP("Catalogue", "The same with experts in two bits, for machines with 96 GB or more"),
};

} // namespace

LibraryViewModel::LibraryViewModel(app::ModelServices &services, app::ChatController &controller, QObject *parent)
    : QObject(parent), m_services(services), m_controller(controller), m_downloads(services.queue),
      m_forecast(services.folder, services.log), m_catalogue(app::Catalogue::own())
{
    connect(&services.library, &app::ModelLibrary::changed, this, &LibraryViewModel::follow);
    connect(&services.library, &app::ModelLibrary::scanningChanged, this, &LibraryViewModel::scanningChanged);
    connect(&services.gate, &app::NetworkGate::settingsChanged, this, &LibraryViewModel::networkChanged);
    connect(&services.gate, &app::NetworkGate::logged, this, &LibraryViewModel::connectionsChanged);
    connect(&controller, &app::ChatController::modelChanged, this, &LibraryViewModel::chosenChanged);
    connect(&controller, &app::ChatController::modelChanged, this, [this] {
        if (const app::ModelStatus &model = m_controller.model(); model.loaded && !model.loading) {
            m_services.hashes.make(model.file);
        }
    });
    connect(&services.hashes, &app::ModelHashes::hashed, this,
            [this](const QString &file) { m_controller.setModelHash(file, m_services.hashes.known(file)); });
    connect(&services.hashes, &app::ModelHashes::hashed, this, &LibraryViewModel::chosenChanged);
    connect(&services.hashes, &app::ModelHashes::checked, this, [this](const QString &file, app::ModelHashes::Check outcome) {
        if (file == m_chosen && checking()) {
            setCheck(verdict(outcome));
        }
    });
    m_models.show(services.library.entries());
}

void LibraryViewModel::follow()
{
    m_models.show(m_services.library.entries());
    if (!entry()) {
        m_chosen.clear();
        m_forecast.choose({});
        setCheck(Checked::kNot);
    }
    Q_EMIT chosenChanged();
}

void LibraryViewModel::open()
{
    m_services.library.rescan();
    if (m_chosen.isEmpty() && m_controller.model().loaded) {
        choose(m_controller.model().file);
    }
}

void LibraryViewModel::choose(const QString &file)
{
    const auto found = m_services.library.find(file);
    m_chosen = found ? found->file : QString();
    setNoTrash(false);
    setCheck(Checked::kNot);
    m_forecast.choose(found && found->kind == app::ModelEntry::Kind::kModel ? m_chosen : QString());
    Q_EMIT chosenChanged();
}

QString LibraryViewModel::chosenName() const
{
    const auto found = entry();
    return found ? found->name : QString();
}

QString LibraryViewModel::chosenProblem() const
{
    const auto found = entry();
    return found ? app::engineWords(found->problem) : QString();
}

QVariantList LibraryViewModel::details() const
{
    const auto found = entry();
    QVariantList rows;
    const auto add = [&rows](const QString &name, const QString &value) {
        if (!value.isEmpty()) {
            rows.append(QVariantMap{{QStringLiteral("name"), name}, {QStringLiteral("value"), value}});
        }
    };
    if (!found) {
        return rows;
    }
    add(tr("Can"), found->problem.isEmpty() ? ModelListModel::abilities(*found) : QString());
    add(tr("Family"), found->family.isEmpty() ? found->architecture : found->family);
    add(tr("Parameters"), found->parameters > 0 ? parametersText(found->parameters) : found->sizeLabel);
    add(tr("Experts"), found->experts > 0 ? tr("%1, of which %2 answer").arg(found->experts).arg(found->expertsUsed) : QString());
    add(tr("Weights"), found->quantisation);
    add(tr("Size"), gigabytesText(double(found->bytes)));
    add(tr("Context"), found->contextTokens > 0 ? tr("%1 tokens").arg(QLocale().toString(found->contextTokens)) : QString());
    add(tr("Languages"), languagesText(found->languages));
    add(tr("Vision"), !found->projector.isEmpty() ? QFileInfo(found->projector).fileName()
                      : found->wantsProjector     ? tr("needs a projector file (mmproj) beside it")
                                                  : QString());
    add(tr("Licence"), found->licence);
    add(tr("From"), found->author);
    add(tr("File"), found->files.size() > 1 ? tr("%1 and %2 more").arg(QDir::toNativeSeparators(found->file)).arg(found->files.size() - 1)
                                            : QDir::toNativeSeparators(found->file));
    add(QStringLiteral("SHA-256"), m_services.hashes.known(found->file));
    return rows;
}

void LibraryViewModel::checkFile()
{
    if (!entry() || checking()) {
        return;
    }
    setCheck(Checked::kReading);
    m_services.hashes.check(m_chosen);
}

void LibraryViewModel::setCheck(Checked check)
{
    if (check != m_check) {
        m_check = check;
        Q_EMIT checkChanged();
    }
}

/// What the catalogue lists is more than what was there before.
LibraryViewModel::Checked LibraryViewModel::verdict(app::ModelHashes::Check outcome) const
{
    const QString listed = m_catalogue.knownHash(QFileInfo(m_chosen).fileName());
    const bool wholeModel = entry() && entry()->files.size() == 1;
    switch (outcome) {
    case app::ModelHashes::Check::kUnreadable:
        return Checked::kUnreadable;
    case app::ModelHashes::Check::kChanged:
        return Checked::kChanged;
    case app::ModelHashes::Check::kAsBefore:
    case app::ModelHashes::Check::kFirst:
        break;
    }
    if (wholeModel && !listed.isEmpty()) {
        return listed == m_services.hashes.known(m_chosen) ? Checked::kListed : Checked::kNotListed;
    }
    return outcome == app::ModelHashes::Check::kFirst ? Checked::kFirst : Checked::kAsBefore;
}

QString LibraryViewModel::checkText() const
{
    switch (m_check) {
    case Checked::kNot:
        return {};
    case Checked::kReading:
        return tr("Reading every byte…");
    case Checked::kListed:
        return tr("Every byte is as the catalogue lists it (SHA-256).");
    case Checked::kNotListed:
        return tr("These are not the bytes that the catalogue lists for a file of this name: it is another version, or damaged.");
    case Checked::kAsBefore:
        return tr("Every byte is as it was when the file was read first (SHA-256).");
    case Checked::kChanged:
        return tr("Bytes have changed although size and date are the same: the file or its disk is damaged. Fetch it again.");
    case Checked::kFirst:
        return tr("Read for the first time. From now on it can be told whether a byte changes.");
    case Checked::kUnreadable:
        return tr("The file could not be read to its end, or it changed meanwhile.");
    }
    return {};
}

bool LibraryViewModel::canLoad() const
{
    const auto found = entry();
    return found && found->runs() && !m_controller.model().loading;
}

bool LibraryViewModel::isLoaded() const
{
    const app::ModelStatus &model = m_controller.model();
    return model.loaded && !m_chosen.isEmpty() && QFileInfo(model.file) == QFileInfo(m_chosen);
}

bool LibraryViewModel::canRemove() const
{
    return !isLoaded() && !m_services.library.removalOf(m_chosen).files.isEmpty();
}

QString LibraryViewModel::removalText() const
{
    const app::ModelLibrary::Removal removal = m_services.library.removalOf(m_chosen);
    if (removal.files.isEmpty()) {
        return {};
    }
    return removal.files.size() == 1 ? tr("Frees %1.").arg(gigabytesText(double(removal.bytes)))
                                     : tr("Frees %1: %2 files.").arg(gigabytesText(double(removal.bytes))).arg(removal.files.size());
}

void LibraryViewModel::load()
{
    if (canLoad()) {
        m_controller.loadModel(m_chosen);
        Q_EMIT loading();
    }
}

QStringList LibraryViewModel::folders() const
{
    QStringList shown;
    for (const QString &folder : m_services.library.folders()) {
        shown << QDir::toNativeSeparators(folder);
    }
    return shown;
}

void LibraryViewModel::addFolder(const QUrl &folder)
{
    m_services.library.addFolder(folder.toLocalFile());
    Q_EMIT foldersChanged();
}

void LibraryViewModel::removeFolder(int index)
{
    m_services.library.removeFolder(m_services.library.folders().value(index));
    Q_EMIT foldersChanged();
}

void LibraryViewModel::addFiles(const QList<QUrl> &files)
{
    QStringList paths;
    for (const QUrl &file : files) {
        paths << file.toLocalFile();
    }
    const auto imported = m_services.library.import(paths);
    if (!imported) {
        report(app::errorText(imported.error()));
    }
}

QList<QUrl> LibraryViewModel::takeDropped(const QList<QUrl> &files)
{
    QList<QUrl> rest;
    QList<QUrl> models;
    for (const QUrl &file : files) {
        (isModelFile(file) ? models : rest).append(file);
    }
    if (!models.isEmpty()) {
        addFiles(models);
    }
    return rest;
}

void LibraryViewModel::remove(bool forGood)
{
    const auto removed = m_services.library.remove(m_chosen, forGood ? app::ModelLibrary::Way::kForGood : app::ModelLibrary::Way::kTrash);
    if (!removed && !forGood && removed.error().code == engine::ErrorCode::kInvalidRequest) {
        setNoTrash(true);
        return;
    }
    setNoTrash(false);
    if (!removed) {
        report(app::errorText(removed.error()));
    }
}

QVariantList LibraryViewModel::catalogue() const
{
    QVariantList rows;
    for (const app::CatalogueModel &model : m_catalogue.models()) {
        const bool checked = !model.files.isEmpty() && std::all_of(model.files.cbegin(), model.files.cend(),
                                                                   [](const app::CatalogueFile &file) { return !file.sha256.isEmpty(); });
        const QString strengths = QCoreApplication::translate("Catalogue", model.strengths.toUtf8().constData());
        rows.append(QVariantMap{{QStringLiteral("id"), model.id},
                                {QStringLiteral("name"), model.name},
                                {QStringLiteral("figures"),
                                 tr("about %1 · %2 · %3").arg(gigabytesText(model.gigabytes * 1e9), model.quantisation, model.licence)},
                                {QStringLiteral("strengths"), strengths},
                                {QStringLiteral("checked"), checked}});
    }
    return rows;
}

bool LibraryViewModel::fetch(const QString &source)
{
    const auto added = m_services.queue.add(source);
    if (!added) {
        report(app::errorText(added.error()));
    }
    return added.ok();
}

void LibraryViewModel::fetchListed(const QString &id)
{
    if (const app::CatalogueModel *model = m_catalogue.find(id)) {
        m_services.queue.add(*model);
    }
}

void LibraryViewModel::setOffline(bool offline)
{
    app::NetworkSettings settings = m_services.gate.settings();
    settings.offline = offline;
    m_services.gate.setSettings(settings);
}

bool LibraryViewModel::setNetwork(const QString &proxy, const QString &mirror)
{
    app::NetworkSettings settings = m_services.gate.settings();
    settings.proxy = proxy.trimmed();
    settings.mirror = mirror.trimmed();
    const bool set = m_services.gate.setSettings(settings);
    if (!set) {
        report(tr("A proxy is written as http://HOST:PORT or socks5://HOST:PORT, a mirror as https://HOST."));
    }
    return set;
}

void LibraryViewModel::setNoTrash(bool none)
{
    if (none != m_noTrash) {
        m_noTrash = none;
        Q_EMIT noTrashChanged();
    }
}

void LibraryViewModel::report(const QString &problem)
{
    m_problem = problem;
    Q_EMIT problemChanged();
}

void LibraryViewModel::dismissProblem()
{
    report({});
}

QVariantList LibraryViewModel::connections() const
{
    const QVector<app::Connection> &log = m_services.gate.log();
    QVariantList out;
    for (auto connection = log.crbegin(); connection != log.crend(); ++connection) {
        const QString words = (connection->refused ? tr("%1 · %2 · refused") : tr("%1 · %2"))
                                  .arg(connection->url.toDisplayString(), connection->purpose.text());
        out.append(QVariantMap{{QStringLiteral("time"), QLocale().toString(connection->time.time(), QLocale::ShortFormat)},
                               {QStringLiteral("words"), words},
                               {QStringLiteral("refused"), connection->refused}});
    }
    return out;
}

void LibraryViewModel::retranslate()
{
    for (QObject *model : std::initializer_list<QObject *>{&m_models, &m_downloads, &m_forecast, this}) {
        readAgain(*model);
    }
    m_forecast.refresh(); // its reasons are sentences made with it
}

} // namespace conclave::ui
