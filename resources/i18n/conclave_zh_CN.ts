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
        <message>
            <source>Continue</source>
            <translation>继续</translation>
        </message>
        <message>
            <source>Continue the answer</source>
            <translation>继续回答</translation>
        </message>
        <message>
            <source>Quote in your question</source>
            <translation>在问题中引用</translation>
        </message>
        <message>
            <source>Answer again</source>
            <translation>重新回答</translation>
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
        <name>ChatController</name>
        <message>
            <source>The model %1 reads charts and cannot chat: attach a picture of a chart, or load a model that chats (a GGUF file).</source>
            <translation>模型 %1 只读图表，不能对话：请附上图表图片，或加载可以对话的模型（GGUF 文件）。</translation>
        </message>
        <message>
            <source>The model %1 reads one chart at a time: send the pictures one after the other.</source>
            <translation>模型 %1 一次只读一张图表：请逐张发送图片。</translation>
        </message>
        <message>
            <source>The model %1 reads text only. Ask without the picture, or load a model that reads pictures.</source>
            <translation>模型 %1 只读文字。请不附图片提问，或加载可以读图的模型。</translation>
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
        <message>
            <source>Settings of this conversation (Ctrl+,)</source>
            <translation>本对话的设置（Ctrl+,）</translation>
        </message>
    </context>
    <context>
        <name>ChatSettingsPanel</name>
        <message>
            <source>This conversation</source>
            <translation>本对话</translation>
        </message>
        <message>
            <source>Close (Esc)</source>
            <translation>关闭（Esc）</translation>
        </message>
        <message>
            <source>Preset</source>
            <translation>预设</translation>
        </message>
        <message>
            <source>Preset %1</source>
            <translation>预设 %1</translation>
        </message>
        <message>
            <source>Name of a new preset</source>
            <translation>新预设的名称</translation>
        </message>
        <message>
            <source>Save as…</source>
            <translation>另存为…</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>保存</translation>
        </message>
        <message>
            <source>Save as a preset</source>
            <translation>保存为预设</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>移除</translation>
        </message>
        <message>
            <source>Remove this preset</source>
            <translation>移除此预设</translation>
        </message>
        <message>
            <source>System prompt</source>
            <translation>系统提示词</translation>
        </message>
        <message>
            <source>Told before the first question</source>
            <translation>在第一个问题之前告诉模型</translation>
        </message>
        <message>
            <source>Temperature</source>
            <translation>温度</translation>
        </message>
        <message>
            <source>0 answers the same each time; higher is more varied.</source>
            <translation>0 每次回答相同；越高变化越多。</translation>
        </message>
        <message>
            <source>Top-p</source>
            <translation>Top-p</translation>
        </message>
        <message>
            <source>Chooses among the likeliest words that make up this share.</source>
            <translation>在累计达到此比例的最可能的词中选择。</translation>
        </message>
        <message>
            <source>Min-p</source>
            <translation>Min-p</translation>
        </message>
        <message>
            <source>Leaves out words less likely than this share of the best one.</source>
            <translation>排除概率低于最佳词此比例的词。</translation>
        </message>
        <message>
            <source>Top-k</source>
            <translation>Top-k</translation>
        </message>
        <message>
            <source>Chooses among so many words at most; 0: all.</source>
            <translation>最多在这么多词中选择；0：不限。</translation>
        </message>
        <message>
            <source>Repetition penalty</source>
            <translation>重复惩罚</translation>
        </message>
        <message>
            <source>Above 1 the model repeats itself less.</source>
            <translation>大于 1 时模型较少重复。</translation>
        </message>
        <message>
            <source>Longest answer, in tokens</source>
            <translation>最长回答（令牌数）</translation>
        </message>
        <message>
            <source>A token is about three quarters of a word.</source>
            <translation>一个令牌约为四分之三个英文单词。</translation>
        </message>
        <message>
            <source>Seed</source>
            <translation>随机种子</translation>
        </message>
        <message>
            <source>Another one for each answer</source>
            <translation>每次回答各不相同</translation>
        </message>
        <message>
            <source>Always answered by %1</source>
            <translation>始终由 %1 回答</translation>
        </message>
        <message>
            <source>Always answer with the model loaded now</source>
            <translation>始终用当前加载的模型回答</translation>
        </message>
        <message>
            <source>Back to the usual settings</source>
            <translation>恢复默认设置</translation>
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
        <name>ConversationDelegate</name>
        <message>
            <source>Name of the conversation</source>
            <translation>对话名称</translation>
        </message>
        <message>
            <source>Delete “%1”</source>
            <translation>删除“%1”</translation>
        </message>
        <message>
            <source>More for “%1”</source>
            <translation>“%1”的更多操作</translation>
        </message>
    </context>
    <context>
        <name>ConversationMenu</name>
        <message>
            <source>Rename</source>
            <translation>重命名</translation>
        </message>
        <message>
            <source>Unpin</source>
            <translation>取消置顶</translation>
        </message>
        <message>
            <source>Pin</source>
            <translation>置顶</translation>
        </message>
        <message>
            <source>Move to folder</source>
            <translation>移到文件夹</translation>
        </message>
        <message>
            <source>New folder…</source>
            <translation>新建文件夹…</translation>
        </message>
        <message>
            <source>No folder</source>
            <translation>无文件夹</translation>
        </message>
        <message>
            <source>Take out of the archive</source>
            <translation>移出归档</translation>
        </message>
        <message>
            <source>Archive</source>
            <translation>归档</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>删除</translation>
        </message>
    </context>
    <context>
        <name>ConversationStore</name>
        <message>
            <source>The message could not be saved</source>
            <translation>无法保存消息</translation>
        </message>
        <message>
            <source>The conversation could not be read</source>
            <translation>无法读取对话</translation>
        </message>
        <message>
            <source>Your conversations could not be opened</source>
            <translation>无法打开您的对话</translation>
        </message>
        <message>
            <source>The list of conversations could not be read</source>
            <translation>无法读取对话列表</translation>
        </message>
        <message>
            <source>The conversation could not be begun</source>
            <translation>无法新建对话</translation>
        </message>
        <message>
            <source>The conversation could not be renamed</source>
            <translation>无法重命名对话</translation>
        </message>
        <message>
            <source>The conversation could not be removed</source>
            <translation>无法删除对话</translation>
        </message>
        <message>
            <source>The answer could not be saved</source>
            <translation>无法保存回答</translation>
        </message>
        <message>
            <source>%1: its conversation was removed.</source>
            <translation>%1：其所属对话已被删除。</translation>
        </message>
        <message>
            <source>%1: %2 is damaged again right after it was begun. Check the disk.</source>
            <translation>%1：%2 刚建立就再次损坏。请检查磁盘。</translation>
        </message>
        <message>
            <source>%1: the folder %2 cannot be made. Choose another with CONCLAVE_HOME.</source>
            <translation>%1：无法创建文件夹 %2。请用 CONCLAVE_HOME 指定其他文件夹。</translation>
        </message>
        <message>
            <source>%1: %2 is read-only. Nothing was changed. Make it writable, or choose another folder with CONCLAVE_HOME.</source>
            <translation>%1：%2 为只读。未作任何更改。请将其设为可写，或用 CONCLAVE_HOME 指定其他文件夹。</translation>
        </message>
        <message>
            <source>%1: Qt's SQLite driver is not installed.</source>
            <translation>%1：未安装 Qt 的 SQLite 驱动。</translation>
        </message>
        <message>
            <source>%1: %2 is damaged and another program is using it. Close it, then try again.</source>
            <translation>%1：%2 已损坏，且正被其他程序使用。请关闭该程序后重试。</translation>
        </message>
        <message>
            <source>%1: %2 is damaged and cannot be moved aside. Move it away by hand.</source>
            <translation>%1：%2 已损坏且无法移开。请手动将其移走。</translation>
        </message>
        <message>
            <source>The file of your conversations was damaged and could not be read. It was kept as %1, and a new one was begun.</source>
            <translation>您的对话文件已损坏，无法读取。它已保留为 %1，并已新建一个文件。</translation>
        </message>
        <message>
            <source>The picture could not be kept in %1: %2. Nothing was sent and what was saved before is kept. Free some space, then try again.</source>
            <translation>无法将图片保存到 %1：%2。未发送任何内容，先前保存的内容仍在。请释放空间后重试。</translation>
        </message>
        <message>
            <source>What you write now is gone when the program ends.</source>
            <translation>程序结束后，您现在写的内容将会丢失。</translation>
        </message>
        <message>
            <source>%1: the disk that holds %2 is full. What was saved before is kept. Free some space, then try again.</source>
            <translation>%1：%2 所在的磁盘已满。先前保存的内容仍在。请释放空间后重试。</translation>
        </message>
        <message>
            <source>%1: the disk reported an error for %2. What was saved before is kept. Check the disk and its free space.</source>
            <translation>%1：磁盘在处理 %2 时报告错误。先前保存的内容仍在。请检查磁盘及其可用空间。</translation>
        </message>
        <message>
            <source>%1: %2 cannot be opened for writing. Check the permissions of the file and its folder.</source>
            <translation>%1：无法打开 %2 进行写入。请检查文件及其文件夹的权限。</translation>
        </message>
        <message>
            <source>%1: another program is using %2. Close it, then try again.</source>
            <translation>%1：其他程序正在使用 %2。请关闭该程序后重试。</translation>
        </message>
        <message>
            <source>%1: %2 is damaged. Restart the program: it sets the file aside and begins a new one.</source>
            <translation>%1：%2 已损坏。请重新启动程序：它会将该文件移开并新建一个。</translation>
        </message>
        <message>
            <source>%1: %2 (%3).</source>
            <translation>%1：%2（%3）。</translation>
        </message>
        <message>
            <source>The conversation could not be changed</source>
            <translation>无法更改对话</translation>
        </message>
        <message>
            <source>The folder could not be changed</source>
            <translation>无法更改文件夹</translation>
        </message>
        <message>
            <source>The settings could not be saved</source>
            <translation>无法保存设置</translation>
        </message>
        <message>
            <source>What you are writing could not be saved</source>
            <translation>无法保存您正在输入的内容</translation>
        </message>
        <message>
            <source>The presets could not be read</source>
            <translation>无法读取预设</translation>
        </message>
        <message>
            <source>%1 was written by a newer version of Conclave. You can read your conversations; nothing is changed in them, so nothing new can be saved. Update the program, or choose another folder with CONCLAVE_HOME.</source>
            <translation>%1 由更新版本的 Conclave 写入。您可以阅读对话；其中不会有任何更改，因此也无法保存新内容。请更新程序，或用 CONCLAVE_HOME 选择其他文件夹。</translation>
        </message>
        <message>
            <source>Your conversations could not be copied before the update</source>
            <translation>更新前无法备份您的对话</translation>
        </message>
        <message>
            <source>%1: %2 cannot be written. Nothing was changed.</source>
            <translation>%1：无法写入 %2。未做任何更改。</translation>
        </message>
        <message>
            <source>The conversations could not be searched</source>
            <translation>无法搜索对话</translation>
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
        <name>ImageLoader</name>
        <message>
            <source>a PDF document</source>
            <translation>PDF 文档</translation>
        </message>
        <message>
            <source>an archive or office document</source>
            <translation>压缩包或办公文档</translation>
        </message>
        <message>
            <source>a model in GGUF format</source>
            <translation>GGUF 格式的模型</translation>
        </message>
        <message>
            <source>a program</source>
            <translation>程序</translation>
        </message>
        <message>
            <source>compressed data</source>
            <translation>压缩数据</translation>
        </message>
        <message>
            <source>a database</source>
            <translation>数据库</translation>
        </message>
        <message>
            <source>text</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>%1 is not a picture, or of a kind this program does not read.</source>
            <translation>%1 不是图片，或属于本程序无法读取的类型。</translation>
        </message>
        <message>
            <source>%1 is not a picture: its content is %2.</source>
            <translation>%1 不是图片：其内容是%2。</translation>
        </message>
        <message>
            <source>Choose a PNG or JPEG file.</source>
            <translation>请选择 PNG 或 JPEG 文件。</translation>
        </message>
        <message>
            <source>%1 is too small to read: %2 pixels. Choose a picture of at least %3 pixels a side.</source>
            <translation>%1 太小，无法读取：%2 像素。请选择每边至少 %3 像素的图片。</translation>
        </message>
        <message>
            <source>%1 is too large: %2 pixels. At most %3 pixels a side and %4 million in all are read. Make it smaller or cut out the part that matters, then try again.</source>
            <translation>%1 太大：%2 像素。每边最多 %3 像素，总共最多 %4 百万像素。请缩小图片或截取重要部分后重试。</translation>
        </message>
        <message>
            <source>%1 cannot be read: the file is damaged or cut off (%2). Save or download it again.</source>
            <translation>无法读取 %1：文件已损坏或不完整（%2）。请重新保存或下载。</translation>
        </message>
        <message>
            <source>%1 is empty. Save or download it again.</source>
            <translation>%1 是空文件。请重新保存或下载。</translation>
        </message>
        <message>
            <source>There is not enough memory to open %1. Make the picture smaller, then try again.</source>
            <translation>内存不足，无法打开 %1。请缩小图片后重试。</translation>
        </message>
        <message>
            <source>%1 was not found.</source>
            <translation>未找到 %1。</translation>
        </message>
        <message>
            <source>%1 is not a file. Choose a PNG or JPEG file.</source>
            <translation>%1 不是文件。请选择 PNG 或 JPEG 文件。</translation>
        </message>
        <message>
            <source>%1 is too large: %2 MB. Picture files of at most %3 MB are read.</source>
            <translation>%1 太大：%2 MB。只读取不超过 %3 MB 的图片文件。</translation>
        </message>
        <message>
            <source>%1 cannot be opened: %2.</source>
            <translation>无法打开 %1：%2。</translation>
        </message>
        <message>
            <source>%1 cannot be read: %2.</source>
            <translation>无法读取 %1：%2。</translation>
        </message>
        <message>
            <source>%1 holds no picture.</source>
            <translation>%1 中没有图片。</translation>
        </message>
        <message>
            <source>%1 could not be turned into a PNG file.</source>
            <translation>无法将 %1 转换为 PNG 文件。</translation>
        </message>
    </context>
    <context>
        <name>InferenceWorker</name>
        <message>
            <source>%1: there is not enough memory. Close other programs or choose a smaller model.</source>
            <translation>%1：内存不足。请关闭其他程序或选择更小的模型。</translation>
        </message>
        <message>
            <source>%1: %2.</source>
            <translation>%1：%2。</translation>
        </message>
        <message>
            <source>%1: an unknown error.</source>
            <translation>%1：未知错误。</translation>
        </message>
        <message>
            <source>The model %1 could not be loaded</source>
            <translation>无法加载模型 %1</translation>
        </message>
        <message>
            <source>No model is loaded. Load one, then ask again.</source>
            <translation>尚未加载模型。请加载后再提问。</translation>
        </message>
        <message>
            <source>A picture of the question is broken. Attach it again.</source>
            <translation>问题中的一张图片已损坏。请重新附加。</translation>
        </message>
        <message>
            <source>The answer was broken off</source>
            <translation>回答中断</translation>
        </message>
        <message>
            <source>Too many questions are waiting for their answers. Wait, then ask again.</source>
            <translation>等待回答的问题过多。请稍候再提问。</translation>
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
        <message>
            <source>“%1” was deleted.</source>
            <translation>“%1”已删除。</translation>
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
        <message>
            <source>Edit the question</source>
            <translation>编辑问题</translation>
        </message>
        <message>
            <source>Copy the question</source>
            <translation>复制问题</translation>
        </message>
    </context>
    <context>
        <name>QuestionEditor</name>
        <message>
            <source>New version of your question</source>
            <translation>问题的新版本</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Send</source>
            <translation>发送</translation>
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
        <name>SearchHitDelegate</name>
        <message>
            <source>%1: %2</source>
            <translation>%1：%2</translation>
        </message>
    </context>
    <context>
        <name>SectionDelegate</name>
        <message>
            <source>Name of the folder</source>
            <translation>文件夹名称</translation>
        </message>
        <message>
            <source>More for the folder “%1”</source>
            <translation>文件夹“%1”的更多操作</translation>
        </message>
        <message>
            <source>%1, folded, conversations: %2</source>
            <translation>%1，已折叠，对话数：%2</translation>
        </message>
        <message>
            <source>%1, conversations: %2</source>
            <translation>%1，对话数：%2</translation>
        </message>
    </context>
    <context>
        <name>Sidebar</name>
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
            <source>Search all conversations</source>
            <translation>搜索所有对话</translation>
        </message>
        <message>
            <source>Search (Ctrl+F)</source>
            <translation>搜索（Ctrl+F）</translation>
        </message>
        <message>
            <source>Clear the search</source>
            <translation>清除搜索</translation>
        </message>
        <message>
            <source>Found</source>
            <translation>搜索结果</translation>
        </message>
        <message>
            <source>Nothing found. Words may be shortened at their end; “quoted words” are looked for as they stand.</source>
            <translation>未找到。单词可以省略结尾；“带引号的词”按原样查找。</translation>
        </message>
        <message>
            <source>Rename</source>
            <translation>重命名</translation>
        </message>
        <message>
            <source>Remove the folder</source>
            <translation>移除文件夹</translation>
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
        <name>UndoBar</name>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
        <message>
            <source>Undo (Ctrl+Shift+Z)</source>
            <translation>撤销（Ctrl+Shift+Z）</translation>
        </message>
        <message>
            <source>Close this message</source>
            <translation>关闭此消息</translation>
        </message>
    </context>
    <context>
        <name>VersionSwitch</name>
        <message>
            <source>Version %1 of %2</source>
            <translation>第 %1 个版本，共 %2 个</translation>
        </message>
        <message>
            <source>Version before</source>
            <translation>上一个版本</translation>
        </message>
        <message>
            <source>%1 / %2</source>
            <translation>%1 / %2</translation>
        </message>
        <message>
            <source>Version after</source>
            <translation>下一个版本</translation>
        </message>
    </context>
    <context>
        <name>conclave::app::ChatController</name>
        <message>
            <source>An answer is still being written. Stop it or wait, then send; your text is kept.</source>
            <translation>仍在撰写回答。请停止或等待，然后再发送；您的文字会保留。</translation>
        </message>
        <message>
            <source>Picture</source>
            <translation>图片</translation>
        </message>
        <message>
            <source>No model is loaded, so there is no answer. Your message is kept. %1</source>
            <translation>尚未加载模型，因此没有回答。您的消息已保留。%1</translation>
        </message>
        <message>
            <source>The model is still being loaded. Wait, then go on.</source>
            <translation>模型仍在加载。请稍候再继续。</translation>
        </message>
        <message>
            <source>This conversation is bound to the model %1, which is not loaded. Your message is kept. %2</source>
            <translation>本对话绑定到模型 %1，但它尚未加载。您的消息已保存。%2</translation>
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
        <name>conclave::ui::ChatSettingsModel</name>
        <message>
            <source>Balanced</source>
            <translation>均衡</translation>
        </message>
        <message>
            <source>Precise</source>
            <translation>精确</translation>
        </message>
        <message>
            <source>Inventive</source>
            <translation>创意</translation>
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
        <message>
            <source>New folder</source>
            <translation>新建文件夹</translation>
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
        <message>
            <source>Pinned</source>
            <translation>已置顶</translation>
        </message>
        <message>
            <source>Archive</source>
            <translation>归档</translation>
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
