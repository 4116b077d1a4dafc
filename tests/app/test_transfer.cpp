#include "app/text_of.h"
#include "app/transfer/conversation_json.h"
#include "app/transfer/conversation_transfer.h"
#include "app/transfer/markdown_html.h"
#include "tests/app/chat_program.h"
#include "tests/support/file_bytes.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace conclave;
using namespace conclave::app;
using tests::Program;

namespace
{

QString said(const QVector<StoredMessage> &messages)
{
    QStringList out;
    for (const StoredMessage &message : messages)
        out.append(message.text);
    return out.join('|');
}

} // namespace

/// Conversations out of the program and into it again.
class TestTransfer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everythingComesBack();
    void transfersAreCancelled();
    void readableFormats_data();
    void readableFormats();
    void htmlHoldsNothingThatRuns();
    void chatGptExports();
    void lmStudioConversations();
    void listsOfMessages();
    void filesThatAreRefused_data();
    void filesThatAreRefused();
    void longChainsAreRead();
};

namespace
{

tests::Script script()
{
    tests::Script script = tests::chatScript("The **sum** is $1+1$:\n\n```cpp\nif (a < b) {}\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n");
    script.reasoning = {"Let me ", "think."};
    script.toolCalls = {{"", "add", "{\"a\":1}"}};
    return script;
}

/// A conversation with two versions of a question, a picture and a folder.
void fill(Program &program)
{
    program.load();
    QVERIFY(program.controller->send("Look <b>at</b> this", {tests::picture()},
                                     {{{{}, "notes.txt", DocumentKind::kText, {}, "Remember 42."}, "Remember 42.\n"}}));
    QTRY_VERIFY(program.idle());
    QVERIFY(program.controller->edit(0, "Look again"));
    QTRY_VERIFY(program.idle());
    ConversationShelf &shelf = program.controller->shelf();
    shelf.moveToFolder(program.controller->currentConversation(), shelf.createFolder("Sums"));
    shelf.setPinned(program.controller->currentConversation(), true);
    ChatSettings settings;
    settings.systemPrompt = "Be brief.";
    program.controller->setSettings(settings);
}

/// Exports the open conversation and returns the file's bytes.
QByteArray exported(Program &program, const QString &file)
{
    ConversationTransfer transfer(program.store->folder());
    QSignalSpy done(&transfer, &ConversationTransfer::exported);
    QSignalSpy failed(&transfer, &ConversationTransfer::failed);
    transfer.exportTo({program.controller->currentConversation()}, file);
    [&] { QTRY_VERIFY(!transfer.busy()); }();
    if (!failed.isEmpty())
        qWarning() << failed;
    return done.size() == 1 ? tests::readAll(file) : QByteArray();
}

} // namespace

void TestTransfer::everythingComesBack()
{
    QTemporaryDir first;
    QTemporaryDir second;
    const QString file = first.filePath("out.json");
    Program program(first.path(), script());
    fill(program);
    const QByteArray json = exported(program, file);
    QVERIFY(!json.isEmpty());

    Program other(second.path(), script());
    ConversationTransfer transfer(second.path());
    QSignalSpy imported(&transfer, &ConversationTransfer::imported);
    QSignalSpy share(&transfer, &ConversationTransfer::shareChanged);
    transfer.importFrom({file});
    QTRY_COMPARE(imported.size(), 1);
    QCOMPARE(imported[0][0].toInt(), 1);
    QTRY_VERIFY(!transfer.busy() && share.size() >= 2);
    QCOMPARE(transfer.share(), 1.0);
    const auto conversations = *other.store->conversations();
    QCOMPARE(conversations.size(), 1);
    QVERIFY(conversations[0].pinned);
    QCOMPARE((*other.store->folders())[0].name, "Sums");
    QCOMPARE(conversations[0].folder, (*other.store->folders())[0].id);
    const auto before = *program.store->tree(program.controller->currentConversation());
    const auto after = *other.store->tree(conversations[0].id);
    QCOMPARE(after.messages.size(), before.messages.size());
    QVERIFY(!before.messages[1].receipt.isEmpty());
    QCOMPARE(after.settings, before.settings);
    QCOMPARE(after.conversation.created, before.conversation.created);
    for (int i = 0; i < before.messages.size(); ++i) {
        QCOMPARE(after.messages[i].text, before.messages[i].text);
        QCOMPARE(after.messages[i].documents, before.messages[i].documents);
        QCOMPARE(after.messages[i].reasoning, before.messages[i].reasoning);
        QCOMPARE(after.messages[i].reasoningTime, before.messages[i].reasoningTime);
        QCOMPARE(after.messages[i].toolCalls, before.messages[i].toolCalls);
        QCOMPARE(QJsonDocument::fromJson(after.messages[i].statistics), QJsonDocument::fromJson(before.messages[i].statistics));
        QCOMPARE(QJsonDocument::fromJson(after.messages[i].receipt), QJsonDocument::fromJson(before.messages[i].receipt));
        QCOMPARE(after.messages[i].created, before.messages[i].created);
        QCOMPARE(after.messages[i].images, before.messages[i].images);
        QCOMPARE(after.messages[i].state, before.messages[i].state);
    }
    QVERIFY(!other.store->imagePath(after.messages[0].images[0]).isEmpty());
    const auto shownBefore = shownBranchOf(before);
    QCOMPARE(said(shownBranchOf(after)), said(shownBefore));
    QCOMPARE(shownBranchOf(after)[0].siblings.size(), 2);
    QVERIFY(!other.store->search("Look again")->isEmpty());

    // Once more: the file says the same.
    PortableConversation again{after, "Sums", {}, {}};
    PortableConversation original{before, "Sums", {}, {}};
    const auto withoutIds = [](const PortableConversation &one) { return QString::fromUtf8(conversationsToJson({one})).size(); };
    QCOMPARE(withoutIds(again), withoutIds(original));
}

void TestTransfer::transfersAreCancelled()
{
    constexpr int kMany = 300;
    QTemporaryDir first;
    QTemporaryDir second;
    Program program(first.path(), script());
    fill(program);
    const ConversationTree tree = *program.store->tree(program.controller->currentConversation());
    const QString file = first.filePath("many.json");
    tests::write(file, conversationsToJson(QVector<PortableConversation>(kMany, {tree, {}, {}, {}})));

    Program other(second.path(), script());
    ConversationTransfer transfer(second.path());
    QSignalSpy failed(&transfer, &ConversationTransfer::failed);
    transfer.importFrom({file, file});
    transfer.cancel();
    QTRY_VERIFY(!transfer.busy());
    const qsizetype taken = other.store->conversations()->size();
    QVERIFY2(taken < kMany, qPrintable(QString::number(taken)));

    // The next one is not: what was cancelled is over.
    const QString out = second.filePath("out.json");
    transfer.importFrom({file});
    QTRY_VERIFY_WITH_TIMEOUT(!transfer.busy(), 30'000);
    QCOMPARE(other.store->conversations()->size(), taken + kMany);
    transfer.exportTo({}, out);
    transfer.cancel();
    QTRY_VERIFY(!transfer.busy());
    QVERIFY(!QFile::exists(out));
    QVERIFY(failed.isEmpty());
}

void TestTransfer::readableFormats_data()
{
    QTest::addColumn<QString>("ending");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("Markdown") << "md" << QStringList{"# Look <b>at</b> this", "## You", "Look again",
                                                     "> Let me think.",       "```cpp", "data:image/png"};
    QTest::newRow("HTML") << "html"
                          << QStringList{"<h1>Look &lt;b&gt;at", "<strong>sum</strong>", "if (a &lt; b) {}", "<table", "<details>",
                                         "data:image/png"};
    QTest::newRow("PDF") << "pdf" << QStringList{"%PDF-1.", "%%EOF"};
}

void TestTransfer::readableFormats()
{
    QFETCH(QString, ending);
    QFETCH(QStringList, expected);
    QTemporaryDir folder;
    Program program(folder.path(), script());
    fill(program);
    const QByteArray bytes = exported(program, folder.filePath("out." + ending));
    for (const QString &words : expected)
        QVERIFY2(bytes.contains(words.toUtf8()), qPrintable(words));
    QVERIFY(!bytes.contains("Look <b>at</b> this</p>"));
}

void TestTransfer::htmlHoldsNothingThatRuns()
{
    const QString html = markdownToHtml("<script>x()</script> [a](javascript:x) ![p](http://example.org/p.png) `<img onerror=x>`\n\n"
                                        "```html\n<script>y()</script>\n```\n\n\" onclick=\"x",
                                        {});
    QVERIFY2(!html.contains("<script"), qPrintable(html));
    QVERIFY(!html.contains("javascript:"));
    QVERIFY(!html.contains("<img"));
    QVERIFY(html.contains("href=\"http://example.org/p.png\""));
}

namespace
{

constexpr auto kChatGpt = R"([{"title": "Sums", "create_time": 1700000000.5, "update_time": 1700000100, "current_node": "c2",
 "mapping": {
  "root": {"id": "root", "message": null, "parent": null, "children": ["s"]},
  "s": {"id": "s", "parent": "root", "children": ["q"], "message": {"author": {"role": "system"}, "content": {"content_type": "text", "parts": ["Be kind."]}}},
  "q": {"id": "q", "parent": "s", "children": ["a1", "a2"], "message": {"author": {"role": "user"}, "create_time": 1700000001,
        "content": {"content_type": "multimodal_text", "parts": [{"content_type": "image_asset_pointer"}, "What is 1+1?"]}}},
  "a1": {"id": "a1", "parent": "q", "children": [], "message": {"author": {"role": "assistant"}, "content": {"content_type": "text", "parts": ["Three."]}}},
  "a2": {"id": "a2", "parent": "q", "children": ["c1"], "message": {"author": {"role": "assistant"}, "metadata": {"model_slug": "gpt-x"},
        "content": {"content_type": "thoughts", "thoughts": [{"summary": "s", "content": "One and one."}]}}},
  "c1": {"id": "c1", "parent": "a2", "children": ["c2"], "message": {"author": {"role": "assistant"}, "content": {"content_type": "text", "parts": ["Two."]}}},
  "c2": {"id": "c2", "parent": "c1", "children": [], "message": {"author": {"role": "user"}, "content": {"content_type": "text", "parts": ["Thanks"]}}}
 }}])";

constexpr auto kLmStudio = R"({"name": "Sums", "pinned": true, "createdAt": 1700000000000, "systemPrompt": "Be kind.", "messages": [
 {"currentlySelected": 1, "versions": [
   {"type": "singleStep", "role": "user", "content": [{"type": "text", "text": "old"}]},
   {"type": "singleStep", "role": "user", "content": [{"type": "text", "text": "What is 1+1?"}]}]},
 {"currentlySelected": 0, "versions": [{"type": "multiStep", "role": "assistant", "senderInfo": {"senderName": "qwen"}, "steps": [
   {"type": "contentBlock", "style": {"type": "thinking"}, "content": [{"type": "text", "text": "One and one."}]},
   {"type": "contentBlock", "content": [{"type": "text", "text": "Two."}]},
   {"type": "debugInfoBlock", "debugInfo": "x"}]}]}]})";

} // namespace

void TestTransfer::chatGptExports()
{
    const auto read = conversationsFromJson(kChatGpt, "conversations.json");
    QVERIFY2(read.ok(), read.ok() ? "" : read.error().message.c_str());
    QCOMPARE(read->size(), 1);
    const ConversationTree &tree = (*read)[0].tree;
    QCOMPARE(tree.conversation.title, "Sums");
    QCOMPARE(tree.conversation.created.toMSecsSinceEpoch(), 1700000000500);
    const auto shown = shownBranchOf(tree);
    QCOMPARE(said(shown), "What is 1+1?|Two.|Thanks");
    QCOMPARE(shown[1].reasoning, "One and one.");
    QCOMPARE(shown[1].model, "gpt-x");
    QCOMPARE(shown[1].siblings.size(), 2);
    QCOMPARE(ChatSettings::fromJson(tree.settings).systemPrompt, "Be kind.");
}

void TestTransfer::lmStudioConversations()
{
    const auto read = conversationsFromJson(kLmStudio, "1.conversation.json");
    QVERIFY2(read.ok(), read.ok() ? "" : read.error().message.c_str());
    const ConversationTree &tree = (*read)[0].tree;
    const auto shown = shownBranchOf(tree);
    QCOMPARE(said(shown), "What is 1+1?|Two.");
    QCOMPARE(shown[0].siblings.size(), 2);
    QCOMPARE(shown[1].reasoning, "One and one.");
    QCOMPARE(shown[1].model, "qwen");
    QVERIFY(tree.conversation.pinned);
    QCOMPARE(ChatSettings::fromJson(tree.settings).systemPrompt, "Be kind.");
}

void TestTransfer::listsOfMessages()
{
    const auto read =
        conversationsFromJson(R"([{"role": "system", "content": "Be kind."}, {"role": "user", "content": [{"type": "text", "text": "Hi"}]},
        {"role": "assistant", "content": "Hello", "reasoning_content": "A greeting."}])",
                              "list.json");
    QVERIFY(read.ok());
    const auto shown = shownBranchOf((*read)[0].tree);
    QCOMPARE(said(shown), "Hi|Hello");
    QCOMPARE(shown[1].reasoning, "A greeting.");
}

void TestTransfer::filesThatAreRefused_data()
{
    QTest::addColumn<QByteArray>("json");
    const auto ours = [](const char *messages) {
        return QByteArray(R"({"format": "conclave-conversations", "version": 1, "conversations": [{"title": "x", "messages": )") +
               messages + "}]}";
    };
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("no JSON") << QByteArray("Hello");
    QTest::newRow("cut off") << QByteArray(kChatGpt).left(300);
    QTest::newRow("another format") << QByteArray(R"({"a": 1})");
    QTest::newRow("an empty list") << QByteArray("[]");
    QTest::newRow("a newer version") << QByteArray(R"({"format": "conclave-conversations", "version": 99, "conversations": []})");
    QTest::newRow("a child before its parent") << ours(
        R"([{"id": 1, "parent": 2, "role": "user"}, {"id": 2, "parent": 0, "role": "user"}])");
    QTest::newRow("its own parent") << ours(R"([{"id": 1, "parent": 1, "role": "user"}])");
    QTest::newRow("an id twice") << ours(R"([{"id": 1, "role": "user"}, {"id": 1, "role": "user"}])");
    QTest::newRow("deep nesting") << QByteArray(100'000, '[');
}

void TestTransfer::filesThatAreRefused()
{
    QFETCH(QByteArray, json);
    const auto read = conversationsFromJson(json, "bad.json");
    QVERIFY(!read.ok());
    QCOMPARE(read.error().code, engine::ErrorCode::kBadFormat);
    QVERIFY(textOf(read.error().message).contains("bad.json"));

    QTemporaryDir folder;
    tests::write(folder.filePath("bad.json"), json);
    ConversationTransfer transfer(folder.path());
    QSignalSpy failed(&transfer, &ConversationTransfer::failed);
    transfer.importFrom({folder.filePath("bad.json"), folder.filePath("missing.json")});
    QTRY_COMPARE(failed.size(), 2);
    auto store = ConversationStore::open(folder.path());
    QVERIFY(store.ok());
    QVERIFY((*store)->conversations()->isEmpty());
}

/// Chains of thousands of nodes, and circles, neither of which may exhaust the stack.
void TestTransfer::longChainsAreRead()
{
    QByteArray nodes;
    constexpr int kNodes = 5000;
    for (int i = 0; i < kNodes; ++i)
        nodes += QByteArrayLiteral("\"") + QByteArray::number(i) + R"(": {"parent": )" +
                 (i ? '"' + QByteArray::number(i - 1) + '"' : QByteArray("null")) + R"(, "children": [")" + QByteArray::number(i + 1) +
                 R"("], "message": {"author": {"role": ")" + (i % 2 ? "assistant" : "user") +
                 R"("}, "content": {"content_type": "text", "parts": ["x"]}}},)";
    nodes += R"("loop": {"parent": "loop", "children": ["loop"], "message": null})";
    const auto read = conversationsFromJson(R"([{"title": "t", "current_node": "4999", "mapping": {)" + nodes + "}}]", "long.json");
    QVERIFY(read.ok());
    QCOMPARE((*read)[0].tree.messages.size(), kNodes);
    QCOMPARE(shownBranchOf((*read)[0].tree).size(), kNodes);
}

QTEST_MAIN(TestTransfer)
#include "test_transfer.moc"
