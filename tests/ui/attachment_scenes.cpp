#include "tests/ui/attachment_scenes.h"

#include "tests/support/document_files.h"

namespace conclave::tests
{
namespace
{

QByteArray paragraphs()
{
    QByteArray body;
    for (const char *text : {"Sales of apples grew by 12 % in the north, and by 4 % elsewhere.", "The harvest was late, and small.",
                             "We expect prices to rise until autumn; after that nobody knows."}) {
        body += "<w:p><w:r><w:t>" + QByteArray(text) + "</w:t></w:r></w:p>";
    }
    return makeDocx("<w:p><w:pPr><w:pStyle w:val=\"Heading1\"/></w:pPr><w:r><w:t>Apples</w:t></w:r></w:p>" + body);
}

/// A picture, a PDF and a text document, written about.
void attachThree(const WindowFixture &fixture)
{
    fixture.type(QStringLiteral("Do the report and the chart agree?"));
    fixture.chat().attachFiles(
        {fixture.chartFile(),
         fixture.written(QStringLiteral("Annual report of the growers.pdf"),
                         makePdf({"Annual report of the growers\n\nSales grew in all towns but one.", {}, "Appendix"})),
         fixture.written(QStringLiteral("apples.docx"), paragraphs())});
    QVERIFY(waitFor(
        [&] { return fixture.chat().attachments()->count() == 3 && !fixture.chat().attaching() && fixture.chat().context()->known(); }));
}

void showAttachments(const WindowFixture &fixture, const QString &view)
{
    if (view == QLatin1String("pages") || view == QLatin1String("page")) {
        fixture.chat().preview()->openDraft(1);
        fixture.chat().preview()->setCurrent(view == QLatin1String("page") ? 1 : 0);
    } else if (view == QLatin1String("words")) {
        fixture.chat().preview()->openDraft(2);
    } else if (view == QLatin1String("sent")) {
        fixture.key(Qt::Key_Return);
        QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() == 2; }) && fixture.waitUntilIdle());
    }
    QVERIFY(waitFor([&] { return !fixture.chat().attaching(); }));
}

void ask(const WindowFixture &fixture, const QString &question)
{
    const int before = fixture.chat().transcript()->count();
    fixture.chat().send(question); // or a moment later, when it is counted
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() == before + 2; }) && fixture.waitUntilIdle());
}

void showReceipt(const WindowFixture &fixture)
{
    fixture.chat().attachFiles({fixture.chartFile()});
    QVERIFY(waitFor([&] { return fixture.chat().attachments()->count() == 1 && !fixture.chat().attaching(); }));
    ask(fixture, QStringLiteral("Explain the difference between a mean and a median, please."));
    fixture.chat().receipt()->open(1);
    QVERIFY(waitFor([&] { return fixture.item("sight") != nullptr; }));
    fixture.chat().receipt()->replay();
    QVERIFY(waitFor([&] { return !fixture.chat().receipt()->outcome().isEmpty(); }));
}

void showContext(const WindowFixture &fixture, const QString &view)
{
    ask(fixture, QStringLiteral("Explain the difference between a mean and a median, please."));
    ask(fixture, QStringLiteral("And which of them is robust?"));
    fixture.type(QStringLiteral("one two three four five six seven eight nine ten ").repeated(10));
    QVERIFY(waitFor([&] { return fixture.item("leaveOutOldest") != nullptr; }));
    if (view == QLatin1String("told")) {
        fixture.controller().leaveOutOldest(1);
        fixture.item("composer")->setProperty("text", QStringLiteral("Thanks!"));
        QVERIFY(waitFor([&] { return fixture.item("contextPanel") == nullptr && fixture.item("toldDivider") != nullptr; }));
    }
}

} // namespace

const QStringList &attachmentScenes()
{
    static const QStringList kScenes{QStringLiteral("strip"), QStringLiteral("pages"),   QStringLiteral("page"),
                                     QStringLiteral("words"), QStringLiteral("sent"),    QStringLiteral("context"),
                                     QStringLiteral("told"),  QStringLiteral("receipt"), QStringLiteral("tiles")};
    return kScenes;
}

Script attachmentScript(const QString &scene)
{
    Script script = chatScript("The mean adds all values and divides by their number; the median is the one in the middle.");
    script.statistics.promptTokens = 312;
    script.statistics.cachedTokens = 240;
    script.statistics.passes = {{190, 1, {}}, {1, 50, {}}, {72, 1, {}}};
    script.tile = scene == QLatin1String("tiles") ? 28 : 0;
    if (scene == QLatin1String("context") || scene == QLatin1String("told")) {
        script.model.contextTokens = 4096;
        script.sessionTokens = 220;
    }
    return script;
}

void showAttachmentScene(const WindowFixture &fixture, const QString &scene)
{
    if (scene == QLatin1String("receipt") || scene == QLatin1String("tiles")) {
        showReceipt(fixture);
    } else if (scene == QLatin1String("context") || scene == QLatin1String("told")) {
        showContext(fixture, scene);
    } else {
        attachThree(fixture);
        showAttachments(fixture, scene);
    }
}

} // namespace conclave::tests
