<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
    <context>
        <name>AnswerDelegate</name>
        <message>
            <source>Answer: %1</source>
            <translation>回答：%1</translation>
        </message>
        <message>
            <source>CSV</source>
            <translation>CSV</translation>
        </message>
        <message>
            <source>Copy the table as CSV</source>
            <translation>将表格复制为 CSV</translation>
        </message>
        <message>
            <source>Markdown</source>
            <translation>Markdown</translation>
        </message>
        <message>
            <source>Copy the table as Markdown</source>
            <translation>将表格复制为 Markdown</translation>
        </message>
        <message>
            <source>Summary</source>
            <translation>摘要</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Copy the summary</source>
            <translation>复制摘要</translation>
        </message>
        <message>
            <source>Copy the answer</source>
            <translation>复制回答</translation>
        </message>
    </context>
    <context>
        <name>AttachmentStrip</name>
        <message>
            <source>Attached: %1</source>
            <translation>已附加：%1</translation>
        </message>
        <message>
            <source>Remove %1</source>
            <translation>移除 %1</translation>
        </message>
    </context>
    <context>
        <name>Banner</name>
        <message>
            <source>Close this message</source>
            <translation>关闭此消息</translation>
        </message>
    </context>
    <context>
        <name>ChartPicture</name>
        <message>
            <source>The chart that was read: %1</source>
            <translation>读取的图表：%1</translation>
        </message>
    </context>
    <context>
        <name>ChartTableRow</name>
        <message>
            <source>%1, uncertain</source>
            <translation>%1，不确定</translation>
        </message>
    </context>
    <context>
        <name>ChartTableView</name>
        <message>
            <source>Table of the chart %1</source>
            <translation>图表“%1”的表格</translation>
        </message>
    </context>
    <context>
        <name>ChatPage</name>
        <message>
            <source>Show the conversations (Ctrl+B)</source>
            <translation>显示对话列表 (Ctrl+B)</translation>
        </message>
        <message>
            <source>New chat (Ctrl+N)</source>
            <translation>新对话 (Ctrl+N)</translation>
        </message>
        <message>
            <source>Light or dark</source>
            <translation>浅色或深色</translation>
        </message>
        <message>
            <source>As the system</source>
            <translation>跟随系统</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>浅色</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>深色</translation>
        </message>
        <message>
            <source>Attach pictures</source>
            <translation>附加图片</translation>
        </message>
        <message>
            <source>Pictures (*.png *.jpg *.jpeg *.gif *.bmp *.webp)</source>
            <translation>图片 (*.png *.jpg *.jpeg *.gif *.bmp *.webp)</translation>
        </message>
        <message>
            <source>All files (*)</source>
            <translation>所有文件 (*)</translation>
        </message>
        <message>
            <source>Load a model</source>
            <translation>加载模型</translation>
        </message>
        <message>
            <source>Models (*.gguf)</source>
            <translation>模型 (*.gguf)</translation>
        </message>
    </context>
    <context>
        <name>Composer</name>
        <message>
            <source>Attach pictures (Ctrl+O)</source>
            <translation>附加图片 (Ctrl+O)</translation>
        </message>
        <message>
            <source>Drop, paste or attach a chart</source>
            <translation>拖放、粘贴或附加图表</translation>
        </message>
        <message>
            <source>Ask, or drop a chart</source>
            <translation>提问，或拖入图表</translation>
        </message>
        <message>
            <source>Your question</source>
            <translation>您的问题</translation>
        </message>
        <message>
            <source>Stop (Esc)</source>
            <translation>停止 (Esc)</translation>
        </message>
        <message>
            <source>Send (Enter)</source>
            <translation>发送 (Enter)</translation>
        </message>
    </context>
    <context>
        <name>ConfirmDialog</name>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
    </context>
    <context>
        <name>ConversationDelegate</name>
        <message>
            <source>Name of the conversation</source>
            <translation>对话名称</translation>
        </message>
        <message>
            <source>Rename “%1” (F2)</source>
            <translation>重命名“%1” (F2)</translation>
        </message>
        <message>
            <source>Delete “%1”</source>
            <translation>删除“%1”</translation>
        </message>
    </context>
    <context>
        <name>DropOverlay</name>
        <message>
            <source>Drop to read</source>
            <translation>松开以读取</translation>
        </message>
        <message>
            <source>Drop to attach</source>
            <translation>松开以附加</translation>
        </message>
    </context>
    <context>
        <name>EmptyState</name>
        <message>
            <source>What does your chart say?</source>
            <translation>您的图表说了什么？</translation>
        </message>
        <message>
            <source>Conclave reads it on this machine: the table behind it, and a summary whose every number points at its mark.</source>
            <translation>Conclave 在本机读取图表：还原其背后的表格，并写出摘要，其中每个数字都指向图中的标记。</translation>
        </message>
        <message>
            <source>Drop a chart here</source>
            <translation>将图表拖到这里</translation>
        </message>
        <message>
            <source>or paste a picture, or choose a file</source>
            <translation>或粘贴图片，或选择文件</translation>
        </message>
        <message>
            <source>Try the sample chart</source>
            <translation>试用示例图表</translation>
        </message>
        <message>
            <source>Choose a file…</source>
            <translation>选择文件…</translation>
        </message>
        <message>
            <source>Load model…</source>
            <translation>加载模型…</translation>
        </message>
    </context>
    <context>
        <name>Main</name>
        <message>
            <source>%1 – Conclave</source>
            <translation>%1 – Conclave</translation>
        </message>
        <message>
            <source>Conclave</source>
            <translation>Conclave</translation>
        </message>
    </context>
    <context>
        <name>QuestionDelegate</name>
        <message>
            <source>Picture you sent</source>
            <translation>您发送的图片</translation>
        </message>
        <message>
            <source>You said: %1</source>
            <translation>您说：%1</translation>
        </message>
    </context>
    <context>
        <name>ScrollHandle</name>
        <message>
            <source>Scroll</source>
            <translation>滚动</translation>
        </message>
    </context>
    <context>
        <name>Sidebar</name>
        <message>
            <source>Delete “%1”?</source>
            <translation>删除“%1”？</translation>
        </message>
        <message>
            <source>Conclave</source>
            <translation>Conclave</translation>
        </message>
        <message>
            <source>Hide the conversations (Ctrl+B)</source>
            <translation>隐藏对话列表 (Ctrl+B)</translation>
        </message>
        <message>
            <source>New chat</source>
            <translation>新对话</translation>
        </message>
        <message>
            <source>Conversations</source>
            <translation>对话</translation>
        </message>
        <message>
            <source>Your conversations will be kept here, on this machine only.</source>
            <translation>您的对话将保存在这里，仅在本机。</translation>
        </message>
        <message>
            <source>The conversation and its answers are removed for good.</source>
            <translation>该对话及其回答将被永久删除。</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>删除</translation>
        </message>
    </context>
    <context>
        <name>StatusLine</name>
        <message>
            <source>Status: %1</source>
            <translation>状态：%1</translation>
        </message>
        <message>
            <source>Load model…</source>
            <translation>加载模型…</translation>
        </message>
        <message>
            <source>Model: %1. Load another one…</source>
            <translation>模型：%1。加载其他模型…</translation>
        </message>
        <message>
            <source>Load another model (.gguf)…</source>
            <translation>加载其他模型 (.gguf)…</translation>
        </message>
    </context>
    <context>
        <name>SummaryText</name>
        <message>
            <source>Summary: %1</source>
            <translation>摘要：%1</translation>
        </message>
    </context>
    <context>
        <name>TranscriptView</name>
        <message>
            <source>Conversation</source>
            <translation>对话</translation>
        </message>
        <message>
            <source>Go to the latest answer</source>
            <translation>转到最新回答</translation>
        </message>
    </context>
    <context>
        <name>TypingMark</name>
        <message>
            <source>An answer is being written</source>
            <translation>正在撰写回答</translation>
        </message>
    </context>
    <context>
        <name>conclave::ui::ChartAnswer</name>
        <message>
            <source>Largest value of %1: %2</source>
            <translation>%1 的最大值：%2</translation>
        </message>
        <message>
            <source>Smallest value of %1: %2</source>
            <translation>%1 的最小值：%2</translation>
        </message>
        <message>
            <source>First value of %1: %2</source>
            <translation>%1 的首个值：%2</translation>
        </message>
        <message>
            <source>Last value of %1: %2</source>
            <translation>%1 的末个值：%2</translation>
        </message>
        <message>
            <source>Total of %1: %2</source>
            <translation>%1 的总和：%2</translation>
        </message>
        <message>
            <source>Mean of %1: %2</source>
            <translation>%1 的平均值：%2</translation>
        </message>
        <message>
            <source>Range of %1: %2</source>
            <translation>%1 的极差：%2</translation>
        </message>
        <message>
            <source>Value of %1: %2</source>
            <translation>%1 的值：%2</translation>
        </message>
        <message>
            <source>Bar chart</source>
            <translation>条形图</translation>
        </message>
        <message>
            <source>Line chart</source>
            <translation>折线图</translation>
        </message>
        <message>
            <source>Pie chart</source>
            <translation>饼图</translation>
        </message>
        <message>
            <source>%1 · %2</source>
            <comment>kind of chart, unit</comment>
            <translation>%1 · %2</translation>
        </message>
        <message>
            <source>This number is not in the table</source>
            <translation>此数字不在表格中</translation>
        </message>
        <message>
            <source>%1, %2</source>
            <comment>series, category</comment>
            <translation>%1，%2</translation>
        </message>
        <message>
            <source>First to last value of %1</source>
            <translation>%1 从首值到末值</translation>
        </message>
    </context>
    <context>
        <name>conclave::ui::ChatViewModel</name>
        <message>
            <source>No model</source>
            <translation>无模型</translation>
        </message>
        <message>
            <source>Loading the model…</source>
            <translation>正在加载模型…</translation>
        </message>
        <message>
            <source>Ready</source>
            <translation>就绪</translation>
        </message>
        <message>
            <source>Reading…</source>
            <translation>正在读取…</translation>
        </message>
        <message>
            <source>Answering…</source>
            <translation>正在回答…</translation>
        </message>
        <message>
            <source>Stopping…</source>
            <translation>正在停止…</translation>
        </message>
        <message>
            <source>%1 tokens/s</source>
            <translation>%1 令牌/秒</translation>
        </message>
        <message>
            <source>Only files on this machine can be attached, not %1. Save the picture first.</source>
            <translation>只能附加本机上的文件，不能附加 %1。请先保存图片。</translation>
        </message>
        <message>
            <source>Pasted picture</source>
            <translation>粘贴的图片</translation>
        </message>
    </context>
    <context>
        <name>conclave::ui::ConversationListModel</name>
        <message>
            <source>Today</source>
            <translation>今天</translation>
        </message>
        <message>
            <source>Yesterday</source>
            <translation>昨天</translation>
        </message>
        <message>
            <source>Earlier</source>
            <translation>更早</translation>
        </message>
    </context>
    <context>
        <name>conclave::ui::TranscriptModel</name>
        <message>
            <source>Stopped</source>
            <translation>已停止</translation>
        </message>
        <message>
            <source>Interrupted</source>
            <translation>已中断</translation>
        </message>
        <message>
            <source>Failed</source>
            <translation>失败</translation>
        </message>
        <message>
            <source>%1 · %2 tokens/s</source>
            <translation>%1 · %2 令牌/秒</translation>
        </message>
    </context>
</TS>
