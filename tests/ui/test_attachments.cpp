#include "tests/support/document_files.h"
#include "tests/ui/window_fixture.h"

#include <QAccessible>

using namespace conclave;
using namespace conclave::tests;
using ui::DraftAttachments;
using ui::TranscriptModel;

/// Files on the real window: attached, looked at, chosen from, sent, found again.
class TestAttachments : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aDocumentIsLookedAtAndSent();
    void pagesAreChosenByKeyboard();
    void pagesGoAsPictures();
    void whatIsNotReadIsToldInTheLanguageOfTheMoment();
    void aScanGoesAsPicturesByItself();
    void aTextModelIsGivenNoPictures();
    void aChartReaderIsGivenThePage();
    void enterWaitsForTheFiles();
    void readingCanBeGivenUp();
    void aHarmfulFileIsABanner();
    void theCostIsTold();
    void severalFilesAreDroppedAtOnce();
    void documentsSurviveARestart();
    void unsentFilesBelongToTheirConversation();
    void everyControlHasAName();
};

namespace
{

QByteArray report()
{
    return makeDocx("<w:p><w:r><w:t>Sales of apples grew by 12 %.</w:t></w:r></w:p>");
}

/// Attached, read, its pages drawn, and all of it counted.
bool attach(const WindowFixture &fixture, const QString &name, const QByteArray &bytes)
{
    fixture.drop({fixture.written(name, bytes)});
    return waitFor(
        [&] { return fixture.item("attachment") != nullptr && !fixture.chat().attaching() && fixture.chat().context()->known(); });
}

QString shownText(const WindowFixture &fixture, const char *name)
{
    QQuickItem *item = fixture.item(name);
    return item ? item->property("text").toString() : QString();
}

QString detail(const WindowFixture &fixture)
{
    const DraftAttachments &attachments = *fixture.chat().attachments();
    return attachments.data(attachments.index(0), DraftAttachments::kDetailRole).toString();
}

bool openPreview(const WindowFixture &fixture)
{
    fixture.click("attachment");
    return waitFor([&] { return fixture.item("previewName") != nullptr; });
}

const app::StoredMessage &question(const WindowFixture &fixture)
{
    return fixture.controller().messages().front();
}

} // namespace

void TestAttachments::aDocumentIsLookedAtAndSent()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.type(QStringLiteral("Did sales grow?"));
    QVERIFY(attach(fixture, QStringLiteral("report.docx"), report()));
    QVERIFY(openPreview(fixture));
    QCOMPARE(shownText(fixture, "previewName"), QStringLiteral("report.docx"));
    QVERIFY(shownText(fixture, "previewText").contains(QLatin1String("apples")));
    fixture.key(Qt::Key_Escape);
    QVERIFY(waitFor([&] { return fixture.item("previewName") == nullptr; }));
    QVERIFY(!fixture.chat().preview()->shown());

    fixture.item("composer")->forceActiveFocus();
    fixture.key(Qt::Key_Return);
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() == 2; }) && fixture.waitUntilIdle());
    QVERIFY(!fixture.item("attachment"));
    QCOMPARE(question(fixture).documents.size(), 1);
    QCOMPARE(question(fixture).documents.front().name, QStringLiteral("report.docx"));
    QVERIFY(question(fixture).documents.front().text.contains(QLatin1String("apples")));
    QVERIFY(waitFor([&] { return fixture.item("document") != nullptr; }));
    fixture.click("document");
    QVERIFY(waitFor([&] { return shownText(fixture, "previewText").contains(QLatin1String("apples")); }));
    QVERIFY(!fixture.item("asPictures"));
}

void TestAttachments::pagesAreChosenByKeyboard()
{
    const WindowFixture fixture(chatScript("Yes."));
    QVERIFY(attach(fixture, QStringLiteral("three.pdf"), makePdf({"Page of apples", "Page of pears", "Page of plums"})));
    QVERIFY2(detail(fixture).startsWith(QLatin1String("3 pages")), qPrintable(detail(fixture)));
    QVERIFY(openPreview(fixture));
    QQuickItem *list = fixture.item("partsList");
    QVERIFY(list);
    list->forceActiveFocus(Qt::TabFocusReason);
    fixture.key(Qt::Key_Space); // without the first page
    QCOMPARE(fixture.chat().preview()->chosenCount(), 2);
    fixture.key(Qt::Key_Down);
    QCOMPARE(fixture.chat().preview()->current(), 1);
    QVERIFY(shownText(fixture, "previewText").contains(QLatin1String("pears")));
    QVERIFY2(detail(fixture).startsWith(QLatin1String("pages 2-3 of 3")), qPrintable(detail(fixture)));
    fixture.click("chooseOne");
    QCOMPARE(fixture.chat().preview()->chosenCount(), 1);
    fixture.key(Qt::Key_Escape);
    QVERIFY(fixture.chat().send(QStringLiteral("Which fruit?")));
    const app::StoredDocument document = question(fixture).documents.front();
    QCOMPARE(document.parts, QStringLiteral("2"));
    QVERIFY(document.text.contains(QLatin1String("pears")) && !document.text.contains(QLatin1String("apples")));
}

void TestAttachments::whatIsNotReadIsToldInTheLanguageOfTheMoment()
{
    const WindowFixture fixture(chatScript("Yes."));
    QVERIFY(attach(fixture, QStringLiteral("two.pdf"), makePdf({"Page of apples", ""})));
    QVERIFY(openPreview(fixture));
    QCOMPARE(shownText(fixture, "previewNotes"), QStringLiteral("Pages without text: 1. They can be attached as pictures."));
    fixture.preferences().setLanguage(QStringLiteral("de"));
    QCOMPARE(shownText(fixture, "previewNotes"), QStringLiteral("Seiten ohne Text: 1. Sie lassen sich als Bilder anhängen."));
}

void TestAttachments::pagesGoAsPictures()
{
    const WindowFixture fixture(chatScript("Yes."));
    QVERIFY(attach(fixture, QStringLiteral("two.pdf"), makePdf({"Page of apples", "Page of pears"})));
    QVERIFY(openPreview(fixture));
    fixture.click("asPictures");
    QVERIFY(waitFor([&] { return !fixture.chat().attaching() && fixture.item("previewPicture") != nullptr; }));
    QVERIFY(waitFor([&] { return fixture.item("previewPicture")->property("status").toInt() == 1; }));
    fixture.key(Qt::Key_Escape);
    QVERIFY(waitFor([&] { return fixture.chat().context()->known(); }));
    QVERIFY(fixture.chat().send({}));
    QCOMPARE(question(fixture).images.size(), 2);
    QCOMPARE(question(fixture).documents.size(), 0);
}

void TestAttachments::aScanGoesAsPicturesByItself()
{
    const WindowFixture fixture(chatScript("Yes."));
    QVERIFY(attach(fixture, QStringLiteral("scan.pdf"), makePdf({{}})));
    QVERIFY2(detail(fixture).contains(QLatin1String("as pictures")) || fixture.chat().attachments()->images().size() == 1,
             qPrintable(detail(fixture)));
    QVERIFY(fixture.chat().send(QStringLiteral("What is it?")));
    QCOMPARE(question(fixture).images.size(), 1);
}

void TestAttachments::aTextModelIsGivenNoPictures()
{
    Script script = chatScript("Yes.");
    script.model.readsImages = false;
    const WindowFixture fixture(script);
    QVERIFY(attach(fixture, QStringLiteral("two.pdf"), makePdf({"Page of apples", "Page of pears"})));
    QVERIFY(openPreview(fixture));
    QVERIFY(!fixture.item("asPictures"));
}

/// A dropped PDF is read at once by a model that reads charts: its first page.
void TestAttachments::aChartReaderIsGivenThePage()
{
    const WindowFixture fixture(chartScript());
    fixture.drop({fixture.written(QStringLiteral("chart.pdf"), makePdf({{}, "more"}))});
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() == 2; }) && fixture.waitUntilIdle());
    QCOMPARE(question(fixture).images.size(), 1);
    QVERIFY(fixture.shown(1, TranscriptModel::kChartRole).value<ui::ChartAnswer *>());
}

/// Sent before everything is read: it goes when it is, with everything; not without a file that could not be read.
void TestAttachments::enterWaitsForTheFiles()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.type(QStringLiteral("Look"));
    fixture.drop({fixture.written(QStringLiteral("one.pdf"), makePdf({"Page of apples"}))});
    fixture.key(Qt::Key_Return);
    QCOMPARE(fixture.chat().transcript()->count(), 0);
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() == 2; }) && fixture.waitUntilIdle());
    QCOMPARE(question(fixture).documents.size(), 1);
    QVERIFY(waitFor([&] { return shownText(fixture, "composer").isEmpty(); }));

    fixture.type(QStringLiteral("Again"));
    fixture.drop({fixture.written(QStringLiteral("broken.pdf"), "%PDF-1.4 and no more")});
    fixture.key(Qt::Key_Return);
    QVERIFY(waitFor([&] { return fixture.item("banner") != nullptr && !fixture.chat().attaching(); }));
    QVERIFY(waitFor([&] { return fixture.chat().context()->known(); }));
    QCOMPARE(fixture.chat().transcript()->count(), 2);
    QCOMPARE(shownText(fixture, "composer"), QStringLiteral("Again"));
}

void TestAttachments::readingCanBeGivenUp()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.drop(
        {fixture.written(QStringLiteral("large.xlsx"), makeXlsx({{"A", QByteArray("<row><c><v>1</v></c></row>").repeated(1'500'000)}}))});
    QVERIFY(waitFor([&] { return fixture.item("removeAttachment") != nullptr; }));
    fixture.click("removeAttachment");
    QVERIFY(waitFor([&] { return fixture.item("attachment") == nullptr && !fixture.chat().attaching(); }));
    QCOMPARE(fixture.chat().problem(), QString());
}

void TestAttachments::aHarmfulFileIsABanner()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.type(QStringLiteral("Look"));
    fixture.drop({fixture.written(QStringLiteral("evil.docx"), makeZip({{"../../.bashrc", "x"}, {"word/document.xml", "<a/>"}}))});
    QVERIFY(waitFor([&] { return fixture.item("banner") != nullptr; }));
    QVERIFY(shownText(fixture, "bannerText").contains(QLatin1String("evil.docx")));
    QVERIFY(!fixture.item("attachment"));
    QCOMPARE(shownText(fixture, "composer"), QStringLiteral("Look"));
}

void TestAttachments::theCostIsTold()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.type(QStringLiteral("one two three"));
    const int question = 1 + kTurnTokens + 3;
    QVERIFY(waitFor([&] { return fixture.chat().context()->known() && fixture.chat().context()->total() == question; }));
    QCOMPARE(shownText(fixture, "contextWords"), QStringLiteral("%1 of 4,096 tokens").arg(question));
    QVERIFY(attach(fixture, QStringLiteral("list.txt"), QByteArray("word ").repeated(1000)));
    fixture.chat().attachFiles({fixture.chartFile()});
    QVERIFY(waitFor(
        [&] { return fixture.chat().attachments()->count() == 2 && !fixture.chat().attaching() && fixture.chat().context()->known(); }));
    const int file = 1000 + 3; // with its marks
    QCOMPARE(fixture.chat().context()->total(), question + file + kPictureTokens);
    QCOMPARE(fixture.chat().context()->attachments(), file + kPictureTokens);
    QVERIFY2(detail(fixture).contains(QLatin1String("1,003 tokens")), qPrintable(detail(fixture)));
    QVERIFY(fixture.chat().send(QStringLiteral("one two three")));
    QVERIFY(fixture.waitUntilIdle());
    QVERIFY(waitFor([&] { return fixture.chat().context()->known() && fixture.chat().context()->history() > file + kPictureTokens; }));
}

void TestAttachments::severalFilesAreDroppedAtOnce()
{
    const WindowFixture fixture(chatScript("Yes."));
    fixture.drop({fixture.written(QStringLiteral("a.md"), "# Title\n"), fixture.written(QStringLiteral("b.csv"), "a,b\n1,2\n"),
                  fixture.chartFile()});
    QVERIFY(waitFor(
        [&] { return fixture.chat().attachments()->count() == 3 && !fixture.chat().attaching() && fixture.chat().context()->known(); }));
    QVERIFY(fixture.chat().send({}));
    QCOMPARE(question(fixture).documents.size(), 2);
    QCOMPARE(question(fixture).images.size(), 1);
    QCOMPARE(fixture.chat().currentTitle(), QStringLiteral("a.md"));
}

void TestAttachments::documentsSurviveARestart()
{
    std::shared_ptr<QTemporaryDir> folder;
    const QByteArray bytes = report();
    {
        const WindowFixture fixture(chatScript("Yes."));
        folder = fixture.folder();
        QVERIFY(attach(fixture, QStringLiteral("report.docx"), bytes));
        QVERIFY(fixture.chat().send(QStringLiteral("Read this.")));
        QVERIFY(fixture.waitUntilIdle());
    }
    const WindowFixture again(chatScript("Yes."), folder);
    again.chat().openConversation(again.controller().conversations().front().id);
    QCOMPARE(question(again).documents.size(), 1);
    QFile kept(again.controller().store().documentPath(question(again).documents.front().hash));
    QVERIFY(kept.open(QIODevice::ReadOnly));
    QCOMPARE(kept.readAll(), bytes);
    QVERIFY(again.chat().editQuestion(0, QStringLiteral("Read it again."))); // the document stays with the new version
    QCOMPARE(question(again).documents.size(), 1);
}

void TestAttachments::unsentFilesBelongToTheirConversation()
{
    std::shared_ptr<QTemporaryDir> folder;
    qint64 conversation = 0;
    const auto count = [](const WindowFixture &fixture) { return fixture.chat().attachments()->count(); };
    {
        const WindowFixture fixture(chatScript("Yes."));
        folder = fixture.folder();
        QVERIFY(fixture.chat().send(QStringLiteral("First")) || waitFor([&] { return fixture.chat().transcript()->count() == 2; }));
        QVERIFY(fixture.waitUntilIdle());
        conversation = fixture.chat().currentConversation();
        QVERIFY(attach(fixture, QStringLiteral("two.pdf"), makePdf({"Page of apples", "Page of pears"})));
        fixture.chat().attachments()->choose(fixture.chat().attachments()->idAt(0), {false, true});
        fixture.chat().newConversation();
        QCOMPARE(count(fixture), 0);
        fixture.chat().attachFiles({fixture.chartFile()});
        fixture.chat().openConversation(conversation); // before it is read
        QCOMPARE(count(fixture), 1);
        QVERIFY(waitFor([&] { return !fixture.chat().attaching(); }));
        QCOMPARE(count(fixture), 1);
    }
    const WindowFixture again(chatScript("Yes."), folder);
    QCOMPARE(again.chat().currentConversation(), conversation);
    QVERIFY(waitFor([&] { return count(again) == 1 && !again.chat().attaching(); }));
    const DraftAttachments &attachments = *again.chat().attachments();
    QCOMPARE(attachments.find(attachments.idAt(0))->chosen, (QVector<bool>{false, true}));
    again.chat().newConversation();
    QVERIFY(waitFor([&] { return count(again) == 1 && !again.chat().attaching(); }));
    QVERIFY(attachments.find(attachments.idAt(0))->image.has_value());
    again.chat().removeAttachment(0);
    again.chat().saveNow();
    QVERIFY2(QDir(folder->filePath(QStringLiteral("images"))).isEmpty(), "nothing needs it any longer");
    again.chat().openConversation(conversation);
    QCOMPARE(count(again), 1);
    again.chat().send(QStringLiteral("Read this."));
    QVERIFY(waitFor([&] { return again.chat().transcript()->count() == 4; }) && again.waitUntilIdle());
    QCOMPARE(count(again), 0);
    QVERIFY(again.controller().messages()[2].documents.front().text.contains(QLatin1String("pears")));
    QVERIFY(again.controller().draftFiles().isEmpty());
}

void TestAttachments::everyControlHasAName()
{
    const WindowFixture fixture(chatScript("Yes."));
    QVERIFY(attach(fixture, QStringLiteral("two.pdf"), makePdf({"one", "two"})));
    QVERIFY(openPreview(fixture));
    const auto controls = findItems(fixture.window().contentItem(),
                                    [](QQuickItem *item) { return item->activeFocusOnTab() || item->inherits("QQuickTextArea"); });
    QVERIFY(controls.size() >= 12);
    for (QQuickItem *control : controls) {
        QAccessibleInterface *accessible = QAccessible::queryAccessibleInterface(control);
        const QString who = QString::fromLatin1(control->metaObject()->className()) + QLatin1Char(' ') + control->objectName();
        QVERIFY2(accessible && !accessible->text(QAccessible::Name).isEmpty(), qPrintable(who + QStringLiteral(" has no name")));
    }
}

QTEST_MAIN(TestAttachments)
#include "test_attachments.moc"
