<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AnswerEditor</name>
    <message>
        <source>Edit the answer</source>
        <translation>编辑回答</translation>
    </message>
    <message>
        <source>New version of the answer</source>
        <translation>回答的新版本</translation>
    </message>
    <message>
        <source>The old version stays, with what followed it.</source>
        <translation>旧版本及其后续内容都会保留。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
</context>
<context>
    <name>AnswerFoot</name>
    <message>
        <source>Edit the answer</source>
        <translation>编辑回答</translation>
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
        <source>What the model saw, and the receipt</source>
        <translation>模型看到的内容与凭据</translation>
    </message>
</context>
<context>
    <name>AttachmentChip</name>
    <message>
        <source>Attached: %1, %2</source>
        <translation>已附加：%1，%2</translation>
    </message>
    <message>
        <source>Attached: %1</source>
        <translation>已附加：%1</translation>
    </message>
    <message>
        <source>Opens a preview</source>
        <translation>打开预览</translation>
    </message>
    <message>
        <source>Stop reading %1</source>
        <translation>停止读取 %1</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>移除 %1</translation>
    </message>
</context>
<context>
    <name>AttachmentPreviewPanel</name>
    <message>
        <source>Close (Esc)</source>
        <translation>关闭 (Esc)</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Take all parts along</source>
        <translation>附上所有部分</translation>
    </message>
    <message>
        <source>Only this</source>
        <translation>仅此项</translation>
    </message>
    <message>
        <source>Take only this part along</source>
        <translation>仅附上此部分</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Text of %1</source>
        <translation>%1 的文字</translation>
    </message>
    <message>
        <source>Only the beginning is shown here; all of it is told.</source>
        <translation>此处仅显示开头；全部内容都会告诉模型。</translation>
    </message>
    <message>
        <source>As text</source>
        <translation>作为文字</translation>
    </message>
    <message>
        <source>Attach the words of the pages</source>
        <translation>附上页面的文字</translation>
    </message>
    <message>
        <source>As pictures</source>
        <translation>作为图片</translation>
    </message>
    <message>
        <source>Attach the pages as pictures</source>
        <translation>将页面作为图片附上</translation>
    </message>
</context>
<context>
    <name>Attachments</name>
    <message>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <source>CSV</source>
        <translation>CSV</translation>
    </message>
    <message>
        <source>Word</source>
        <translation>Word</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>PDF</source>
        <translation>PDF</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>sheets %1 of %2</source>
        <translation>工作表 %1（共 %2 个）</translation>
    </message>
    <message>
        <source>pages %1 of %2</source>
        <translation>第 %1 页（共 %2 页）</translation>
    </message>
    <message>
        <source>1 sheet</source>
        <translation>1 个工作表</translation>
    </message>
    <message>
        <source>1 page</source>
        <translation>1 页</translation>
    </message>
    <message>
        <source>%1 sheets</source>
        <translation>%1 个工作表</translation>
    </message>
    <message>
        <source>%1 pages</source>
        <translation>%1 页</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 个词元</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Details of what went wrong</source>
        <translation>出错详情</translation>
    </message>
</context>
<context>
    <name>Catalogue</name>
    <message>
        <source>Pictures and charts on small machines</source>
        <translation>在小型机器上看图片和图表</translation>
    </message>
    <message>
        <source>Pictures, charts and documents on ordinary machines</source>
        <translation>在普通机器上看图片、图表和文档</translation>
    </message>
    <message>
        <source>Pictures, charts and documents, more careful</source>
        <translation>看图片、图表和文档，更仔细</translation>
    </message>
    <message>
        <source>Pictures, charts and documents with the speed of a small model, for machines with 24 GB or more</source>
        <translation>以小模型的速度看图片、图表和文档，适合 24 GB 及以上内存的机器</translation>
    </message>
    <message>
        <source>The most careful reader of pictures here, and slow without a graphics card</source>
        <translation>这里看图片最仔细的模型，没有显卡时较慢</translation>
    </message>
    <message>
        <source>Conversation and reasoning on small machines</source>
        <translation>在小型机器上对话和推理</translation>
    </message>
    <message>
        <source>Conversation, reasoning and code on ordinary machines</source>
        <translation>在普通机器上对话、推理和编程</translation>
    </message>
    <message>
        <source>Reasoning, code and tools; fast for its size</source>
        <translation>推理、编程和工具；就其大小而言很快</translation>
    </message>
    <message>
        <source>Reasoning, code and tools, for machines with 80 GB or more</source>
        <translation>推理、编程和工具，适合 80 GB 及以上内存的机器</translation>
    </message>
    <message>
        <source>Writing in many languages on small machines</source>
        <translation>在小型机器上用多种语言写作</translation>
    </message>
    <message>
        <source>Writing and translation in many languages</source>
        <translation>多种语言的写作和翻译</translation>
    </message>
    <message>
        <source>The best of its family in languages; dense, so slower than models of experts</source>
        <translation>同系列中语言能力最好；稠密模型，比专家模型慢</translation>
    </message>
    <message>
        <source>Writing and reasoning in many languages; a model of experts, so fast</source>
        <translation>多种语言的写作和推理；专家模型，因此很快</translation>
    </message>
    <message>
        <source>Code and tools, for machines with 96 GB or more</source>
        <translation>编程和工具，适合 96 GB 及以上内存的机器</translation>
    </message>
    <message>
        <source>Reasoning in Chinese and English; a model of experts, so fast</source>
        <translation>中文和英文推理；专家模型，因此很快</translation>
    </message>
    <message>
        <source>The largest here: knowledge, reasoning and very long texts, for machines with 192 GB or more</source>
        <translation>这里最大的模型：知识、推理和超长文本，适合 192 GB 及以上内存的机器</translation>
    </message>
    <message>
        <source>The same with experts in two bits, for machines with 96 GB or more</source>
        <translation>同一模型，专家为两位量化，适合 96 GB 及以上内存的机器</translation>
    </message>
</context>
<context>
    <name>CatalogueRow</name>
    <message>
        <source>%1 · checked only against what the server states</source>
        <translation>%1 · 只与服务器给出的信息核对</translation>
    </message>
    <message>
        <source>Fetch</source>
        <translation>获取</translation>
    </message>
    <message>
        <source>Fetch %1</source>
        <translation>获取 %1</translation>
    </message>
</context>
<context>
    <name>CellEditor</name>
    <message>
        <source>Name of the series</source>
        <translation>系列名称</translation>
    </message>
    <message>
        <source>Name of the row</source>
        <translation>行名称</translation>
    </message>
    <message>
        <source>Number, or nothing where there is none</source>
        <translation>数字；没有则留空</translation>
    </message>
    <message>
        <source>That is no number</source>
        <translation>这不是数字</translation>
    </message>
    <message>
        <source>A name is needed</source>
        <translation>需要一个名称</translation>
    </message>
</context>
<context>
    <name>Chart</name>
    <message>
        <source>[table: %1]</source>
        <comment>what the table says instead</comment>
        <translation>[表中：%1]</translation>
    </message>
    <message>
        <source>This is not a chart. I only read charts; load a general model for other pictures.</source>
        <translation>这不是图表。我只读图表；其他图片请加载通用模型。</translation>
    </message>
    <message>
        <source>Hello! Show me a chart: drop, paste or attach a picture of one.</source>
        <translation>您好！给我看一张图表吧：拖入、粘贴或附上图片。</translation>
    </message>
    <message>
        <source>I read charts: the table behind a picture, a summary, and answers to questions about it.</source>
        <translation>我读图表：给出图片背后的表格、摘要，并回答相关问题。</translation>
    </message>
    <message>
        <source>I am the chart reader that comes with Conclave. I work on this machine alone.</source>
        <translation>我是 Conclave 自带的图表阅读模型，只在这台电脑上运行。</translation>
    </message>
    <message>
        <source>Drop, paste or attach a picture of a chart. Then ask about its values, changes, shares or trends.</source>
        <translation>拖入、粘贴或附上图表的图片，然后询问其数值、变化、占比或趋势。</translation>
    </message>
    <message>
        <source>You are welcome.</source>
        <translation>不客气。</translation>
    </message>
    <message>
        <source>Goodbye!</source>
        <translation>再见！</translation>
    </message>
    <message>
        <source>I only read charts; load a general model for this.</source>
        <translation>我只读图表；这个请加载通用模型。</translation>
    </message>
    <message>
        <source>The chart does not show that.</source>
        <translation>图表中没有显示这一点。</translation>
    </message>
    <message>
        <source>Bar chart</source>
        <translation>条形图</translation>
    </message>
    <message>
        <source>Stacked bar chart</source>
        <translation>堆积条形图</translation>
    </message>
    <message>
        <source>Bar chart of shares</source>
        <translation>百分比条形图</translation>
    </message>
    <message>
        <source>Line chart</source>
        <translation>折线图</translation>
    </message>
    <message>
        <source>Area chart</source>
        <translation>面积图</translation>
    </message>
    <message>
        <source>Stacked area chart</source>
        <translation>堆积面积图</translation>
    </message>
    <message>
        <source>Area chart of shares</source>
        <translation>百分比面积图</translation>
    </message>
    <message>
        <source>Step chart</source>
        <translation>阶梯图</translation>
    </message>
    <message>
        <source>Scatter plot</source>
        <translation>散点图</translation>
    </message>
    <message>
        <source>Pie chart</source>
        <translation>饼图</translation>
    </message>
    <message>
        <source>Donut chart</source>
        <translation>圆环图</translation>
    </message>
    <message>
        <source>Histogram</source>
        <translation>直方图</translation>
    </message>
    <message>
        <source>Box plot</source>
        <translation>箱线图</translation>
    </message>
    <message>
        <source>Heatmap</source>
        <translation>热力图</translation>
    </message>
    <message>
        <source>Chart of bars and lines</source>
        <translation>柱线组合图</translation>
    </message>
    <message>
        <source>Small multiples</source>
        <translation>分面图</translation>
    </message>
    <message>
        <source>Table</source>
        <comment>name of a sheet</comment>
        <translation>表格</translation>
    </message>
    <message>
        <source>As read</source>
        <comment>name of a sheet</comment>
        <translation>识别结果</translation>
    </message>
    <message>
        <source>There is not enough memory to write the workbook. Close other programs.</source>
        <translation>内存不足，无法写入工作簿。请关闭其他程序。</translation>
    </message>
</context>
<context>
    <name>ChartEditBar</name>
    <message>
        <source>Rows and series</source>
        <translation>行与系列</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Add a row</source>
        <translation>添加一行</translation>
    </message>
    <message>
        <source>Series</source>
        <translation>系列</translation>
    </message>
    <message>
        <source>Add a series</source>
        <translation>添加一个系列</translation>
    </message>
    <message>
        <source>Remove the row</source>
        <translation>删除该行</translation>
    </message>
    <message>
        <source>Remove the row %1</source>
        <translation>删除行 %1</translation>
    </message>
    <message>
        <source>Remove the series</source>
        <translation>删除该系列</translation>
    </message>
    <message>
        <source>Remove the series %1</source>
        <translation>删除系列 %1</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>As read</source>
        <translation>识别结果</translation>
    </message>
    <message>
        <source>Back to the table as it was read</source>
        <translation>恢复为识别出的表格</translation>
    </message>
</context>
<context>
    <name>ChartFileButtons</name>
    <message>
        <source>Table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>Copy the table</source>
        <translation>复制表格</translation>
    </message>
    <message>
        <source>For a spreadsheet (TSV)</source>
        <translation>用于电子表格 (TSV)</translation>
    </message>
    <message>
        <source>CSV</source>
        <translation>CSV</translation>
    </message>
    <message>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Save the chart</source>
        <translation>保存图表</translation>
    </message>
    <message>
        <source>Workbook (XLSX)</source>
        <translation>工作簿 (XLSX)</translation>
    </message>
    <message>
        <source>Chart drawn anew (SVG)</source>
        <translation>重新绘制的图表 (SVG)</translation>
    </message>
    <message>
        <source>Picture with the table (PNG)</source>
        <translation>叠加表格的图片 (PNG)</translation>
    </message>
</context>
<context>
    <name>ChartHead</name>
    <message>
        <source>Table over the picture</source>
        <translation>在图片上叠加表格</translation>
    </message>
    <message>
        <source>Draws the numbers where they belong by the chart&apos;s axes, and shows how far that is from their marks</source>
        <translation>按坐标轴在图片上绘出各数值，并显示与标记的距离</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Edit the table</source>
        <translation>编辑表格</translation>
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
    <message>
        <source>The model %1 reads charts only, not documents: attach a page as a picture, or load a model that chats (a GGUF file).</source>
        <translation>模型 %1 只读图表，不读文档：请将页面作为图片附上，或加载一个可以对话的模型（GGUF 文件）。</translation>
    </message>
</context>
<context>
    <name>ChatPage</name>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
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
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Settings of this conversation (Ctrl+,)</source>
        <translation>本对话的设置（Ctrl+,）</translation>
    </message>
    <message>
        <source>Save the code</source>
        <translation>保存代码</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>附加文件</translation>
    </message>
    <message>
        <source>Pictures and documents (%1)</source>
        <translation>图片与文档 (%1)</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>高对比度</translation>
    </message>
    <message>
        <source>Files of this kind (%1)</source>
        <translation>此类文件 (%1)</translation>
    </message>
    <message>
        <source>Save the chart</source>
        <translation>保存图表</translation>
    </message>
    <message>
        <source>Close the panel of experts (Ctrl+E)</source>
        <translation>关闭专家面板 (Ctrl+E)</translation>
    </message>
    <message>
        <source>Panel of experts (Ctrl+E)</source>
        <translation>专家面板 (Ctrl+E)</translation>
    </message>
    <message>
        <source>Find in this conversation (Ctrl+F)</source>
        <translation>在此对话中查找（Ctrl+F）</translation>
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
        <translation>最长回答（词元数）</translation>
    </message>
    <message>
        <source>A token is about three quarters of a word.</source>
        <translation>一个词元约为四分之三个英文单词。</translation>
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
    <name>CodeBlock</name>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Save the code as a file</source>
        <translation>将代码保存为文件</translation>
    </message>
    <message>
        <source>Copy the code</source>
        <translation>复制代码</translation>
    </message>
    <message>
        <source>Code: %1</source>
        <translation>代码：%1</translation>
    </message>
</context>
<context>
    <name>Command</name>
    <message>
        <source>Ctrl</source>
        <translation>Ctrl</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>Shift</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>要做什么</translation>
    </message>
    <message>
        <source>What would you like to do?</source>
        <translation>您想做什么？</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>找到的内容</translation>
    </message>
    <message>
        <source>Nothing of that name.</source>
        <translation>没有这个名称的内容。</translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Attach files…</source>
        <translation>添加文件…</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>停止回答</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>重新回答</translation>
    </message>
    <message>
        <source>Copy the last answer</source>
        <translation>复制最后一个回答</translation>
    </message>
    <message>
        <source>Settings of this conversation</source>
        <translation>此对话的设置</translation>
    </message>
    <message>
        <source>Rename this conversation</source>
        <translation>重命名此对话</translation>
    </message>
    <message>
        <source>Delete this conversation</source>
        <translation>删除此对话</translation>
    </message>
    <message>
        <source>Undo deleting</source>
        <translation>撤销删除</translation>
    </message>
    <message>
        <source>Export this conversation…</source>
        <translation>导出此对话…</translation>
    </message>
    <message>
        <source>Search all conversations</source>
        <translation>搜索所有对话</translation>
    </message>
    <message>
        <source>Go to</source>
        <translation>转到</translation>
    </message>
    <message>
        <source>Next part of the window</source>
        <translation>窗口的下一部分</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Everything that can be done</source>
        <translation>所有可执行的操作</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>键盘</translation>
    </message>
    <message>
        <source>Log and report</source>
        <translation>日志与报告</translation>
    </message>
    <message>
        <source>Show me around</source>
        <translation>快速导览</translation>
    </message>
    <message>
        <source>Show or hide the conversations</source>
        <translation>显示或隐藏对话列表</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>Larger text</source>
        <translation>放大文字</translation>
    </message>
    <message>
        <source>Smaller text</source>
        <translation>缩小文字</translation>
    </message>
    <message>
        <source>Theme: as the system</source>
        <translation>主题：跟随系统</translation>
    </message>
    <message>
        <source>Theme: light</source>
        <translation>主题：浅色</translation>
    </message>
    <message>
        <source>Theme: dark</source>
        <translation>主题：深色</translation>
    </message>
    <message>
        <source>Theme: high contrast</source>
        <translation>主题：高对比度</translation>
    </message>
    <message>
        <source>Go online</source>
        <translation>联网</translation>
    </message>
    <message>
        <source>Go offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>New window</source>
        <translation>新窗口</translation>
    </message>
    <message>
        <source>Show or hide the panel of experts</source>
        <translation>显示或隐藏专家面板</translation>
    </message>
    <message>
        <source>Find in this conversation</source>
        <translation>在此对话中查找</translation>
    </message>
    <message>
        <source>Next place found</source>
        <translation>下一处</translation>
    </message>
    <message>
        <source>Place found before</source>
        <translation>上一处</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Drop, paste or attach a chart</source>
        <translation>拖放、粘贴或附加图表</translation>
    </message>
    <message>
        <source>Ask, or drop files</source>
        <translation>提问，或拖入文件</translation>
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
    <message>
        <source>Attach files (Ctrl+O)</source>
        <translation>附加文件 (Ctrl+O)</translation>
    </message>
    <message>
        <source>Drop a chart, or ask about one</source>
        <translation>拖入图表，或就图表提问</translation>
    </message>
</context>
<context>
    <name>ConnectionList</name>
    <message>
        <source>No connection was made since the program was started.</source>
        <translation>自程序启动以来没有建立过任何连接。</translation>
    </message>
    <message>
        <source>Connections since the program was started:</source>
        <translation>自程序启动以来的连接：</translation>
    </message>
</context>
<context>
    <name>Console</name>
    <message>
        <source>read: name at least one picture</source>
        <translation>read：请至少指定一张图片</translation>
    </message>
    <message>
        <source>models describe: name one model file</source>
        <translation>models describe：请指定一个模型文件</translation>
    </message>
    <message>
        <source>models forecast: name one model file</source>
        <translation>models forecast：请指定一个模型文件</translation>
    </message>
    <message>
        <source>models get: name one model of the catalogue, a web address or a repository</source>
        <translation>models get：请指定目录中的一个模型、一个网址或一个仓库</translation>
    </message>
    <message>
        <source>models verify: name at least one model file</source>
        <translation>models verify：请至少指定一个模型文件</translation>
    </message>
    <message>
        <source>chat: unexpected argument %1</source>
        <translation>chat：意外的参数 %1</translation>
    </message>
    <message>
        <source>bench: unexpected argument %1; name the model with --model FILE</source>
        <translation>bench：意外的参数 %1；请用 --model 文件 指定模型</translation>
    </message>
    <message>
        <source>synth: name a --shape and one file to write</source>
        <translation>synth：请用 --shape 指定形状，并指定一个要写入的文件</translation>
    </message>
    <message>
        <source>read: choose either --json or --csv</source>
        <translation>read：--json 和 --csv 只能选一个</translation>
    </message>
    <message>
        <source>models: the commands are list, describe, forecast, get and verify</source>
        <translation>models：可用的命令有 list、describe、forecast、get 和 verify</translation>
    </message>
    <message>
        <source>unknown option %1, or one without its value</source>
        <translation>未知的选项 %1，或缺少它的值</translation>
    </message>
    <message>
        <source>not measurable here</source>
        <translation>此处无法测量</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>The built-in model is missing from this installation. Install the program again, or name a model with --model FILE.</source>
        <translation>此安装中缺少内置模型。请重新安装程序，或用 --model 文件 指定一个模型。</translation>
    </message>
    <message>
        <source>Stopped. What has come is kept; the same command goes on.</source>
        <translation>已停止。已下载的部分会保留；再次运行同一命令即可继续。</translation>
    </message>
    <message>
        <source>models get: --proxy is http://HOST:PORT or socks5://HOST:PORT, --mirror a web address</source>
        <translation>models get：--proxy 应为 http://主机:端口 或 socks5://主机:端口，--mirror 应为网址</translation>
    </message>
    <message>
        <source>%1 is not the file that it should be: its SHA-256 is %2 instead of %3. Fetch it again.</source>
        <translation>%1 不是预期的文件：其 SHA-256 为 %2，而应为 %3。请重新获取。</translation>
    </message>
    <message>
        <source>%1: no chart was found in the picture.</source>
        <translation>%1：图片中没有找到图表。</translation>
    </message>
    <message>
        <source>%1: the answer did not come to its end; what was read is printed.</source>
        <translation>%1：回答没有完成；已读出的内容照常输出。</translation>
    </message>
    <message>
        <source>The model %1 does not read charts. Leave out --model to use the built-in one.</source>
        <translation>模型 %1 不能读取图表。省略 --model 即可使用内置模型。</translation>
    </message>
    <message>
        <source>Usage: conclave [--model FILE] [PICTURE]            open the window
       conclave read [--model FILE] [--looks N] [--json|--csv] PICTURE...
       conclave chat [--model FILE [--projector FILE]] [--memory GB] [--speculate]
                     [--device cpu|cuda|vulkan[:N,...]] [--card-layers N] [--card-memory GB] [--json]
                                                     a question a line; /picture FILE [question], /new, /quit
       conclave models list [--catalogue] [--json] [FOLDER...]
       conclave models describe [--projector FILE] [--json] FILE
       conclave models forecast [--context N] [--memory GB] [--kv8] [--projector FILE] [--check] [--json] FILE
       conclave models get [--to FOLDER] [--proxy URL] [--mirror URL] [--json] NAME|URL|OWNER/REPOSITORY[:FILE]
       conclave models verify [--json] FILE...
       conclave bench [--model FILE] [--prefill N,...] [--depth N,...] [--batch N,...] [--ahead N,...]
                      [--tokens N] [--repeats N] [--threads N] [--device cpu|cuda|vulkan[:N,...]] [--kv8] [--experts SHARE]
                      [--memory GB] [--card-layers N] [--card-memory GB] [--json]
       conclave synth --shape NAME [--type NAME] [--layers N] [--mtp] [--hole] FILE
       conclave --help | --version

read prints the table behind each chart and a summary. With --json: one object, for several pictures one a line;
--looks 1 reads faster, and worse, than the three looks at each picture that it usually takes.
chat --json prints an object for each answer; --speculate computes likely tokens ahead where that pays.
The built-in model reads charts; --model loads a GGUF file instead. A model that sees has its eyes in a projector
file: mmproj*.gguf beside it, or --projector.
models list shows the models on this machine (folders named are remembered), with --catalogue those worth fetching; forecast tells
what one will take and how fast it will be before it is loaded, with --check also what comes true; get fetches one and checks
every byte; verify checks again.
bench measures a model on this machine: prompts, answers after so much context, with --batch so many answers together,
with --ahead passes that take so many tokens more, as speculation does, and how often they must come true to pay,
with --experts only as many experts a token as have this share (0 to 1) of their router&apos;s scores.
--memory is the most that a model may take: experts that do not fit are read from disk when they are chosen.
--device names what computes, cuda:1,0 the cards of the driver&apos;s list in this order; else as many take part as are needed. Of a
model that is larger than the cards (or than --card-memory of each) as many layers as fit lie there, or the last --card-layers of
them, and the processor computes the others.
synth writes a model file with random weights in the shape of a known model, with --mtp the block that foretells tokens too.
Conversations are kept in $CONCLAVE_HOME or the platform&apos;s data folder.
Exit status: 0 done, 1 something failed (said on stderr), 2 wrong usage.
</source>
        <translation>用法：conclave [--model 文件] [图片]                  打开窗口
      conclave read [--model 文件] [--looks N] [--json|--csv] 图片...
      conclave chat [--model 文件 [--projector 文件]] [--memory GB] [--speculate]
                    [--device cpu|cuda|vulkan[:N,...]] [--card-layers N] [--card-memory GB] [--json]
                                                     每行一个问题；/picture 文件 [问题]、/new、/quit
      conclave models list [--catalogue] [--json] [文件夹...]
      conclave models describe [--projector 文件] [--json] 文件
      conclave models forecast [--context N] [--memory GB] [--kv8] [--projector 文件] [--check] [--json] 文件
      conclave models get [--to 文件夹] [--proxy URL] [--mirror URL] [--json] 名称|URL|所有者/仓库[:文件]
      conclave models verify [--json] 文件...
      conclave bench [--model 文件] [--prefill N,...] [--depth N,...] [--batch N,...] [--ahead N,...]
                     [--tokens N] [--repeats N] [--threads N] [--device cpu|cuda|vulkan[:N,...]] [--kv8] [--experts 份额]
                     [--memory GB] [--card-layers N] [--card-memory GB] [--json]
      conclave synth --shape 名称 [--type 名称] [--layers N] [--mtp] [--hole] 文件
      conclave --help | --version

read 输出每张图表背后的表格和摘要。使用 --json：输出一个对象，多张图片时每行一个；chat --json 为每个回答输出一个对象；
--speculate 在合算时预先计算可能的词元。
通常每张图片看三遍；--looks 1 读得更快，但更差。
内置模型读取图表；--model 则加载一个 GGUF 文件。能看图的模型，其视觉部分在投影文件中：同一文件夹中的 mmproj*.gguf，或用 --projector 指定。
models list 显示本机上的模型（指定过的文件夹会被记住），加 --catalogue 显示值得获取的模型；forecast 在加载之前说明需要多少内存、
会有多快，加 --check 还会说明实际结果；get 获取一个模型并校验每个字节；verify 再次校验。
bench 在本机上测量一个模型：提示、给定上下文之后的回答，加 --batch 同时生成多个回答，加 --ahead 测量像推测那样
多取这么多词元的步骤，以及要有多少猜中才合算，加 --experts 则每个词元只用达到其路由器得分
该份额（0 到 1）的专家。
--memory 是模型最多可占用的内存：放不下的专家在被选中时从磁盘读取。
--device 指定由什么来计算，cuda:1,0 按此顺序使用驱动列表中的这些显卡；否则需要几块就用几块。模型大于所有显卡（或每块显卡的 --card-memory）时，
放得下的层都在显卡上，或者只有其中最后 --card-layers 层，其余由处理器计算。
synth 写出一个具有已知模型形状、随机权重的模型文件，加 --mtp 还带有预测后续词元的模块。
对话保存在 $CONCLAVE_HOME 或系统的数据文件夹中。
退出状态：0 完成，1 有操作失败（见 stderr），2 用法错误。
</translation>
    </message>
    <message>
        <source>Left out as uncertain:</source>
        <translation>因不确定而略去：</translation>
    </message>
    <message>
        <source>? uncertain</source>
        <translation>? 不确定</translation>
    </message>
</context>
<context>
    <name>ContextLine</name>
    <message>
        <source>Context: %1</source>
        <translation>上下文：%1</translation>
    </message>
</context>
<context>
    <name>ContextPanel</name>
    <message>
        <source>Leave out the oldest turn</source>
        <translation>省略最早的一轮</translation>
    </message>
    <message>
        <source>Leave out the %1 oldest turns</source>
        <translation>省略最早的 %1 轮</translation>
    </message>
    <message>
        <source>Larger context: %1 tokens</source>
        <translation>更大的上下文：%1 个词元</translation>
    </message>
    <message>
        <source>Shorten the attachment</source>
        <translation>缩短附件</translation>
    </message>
    <message>
        <source>New chat with this question</source>
        <translation>用此问题开始新对话</translation>
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
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <source>Web page (HTML)</source>
        <translation>网页 (HTML)</translation>
    </message>
    <message>
        <source>PDF</source>
        <translation>PDF</translation>
    </message>
    <message>
        <source>Everything (JSON)</source>
        <translation>全部内容 (JSON)</translation>
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
        <source>%1: Qt&apos;s SQLite driver is not installed.</source>
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
    <message>
        <source>The conversation could not be imported</source>
        <translation>无法导入对话</translation>
    </message>
    <message>
        <source>The file could not be kept in %1: %2. Nothing was sent and what was saved before is kept. Free some space, then try again.</source>
        <translation>无法将文件保存到 %1：%2。没有发送任何内容，之前保存的内容仍在。请释放一些空间后重试。</translation>
    </message>
</context>
<context>
    <name>ConversationTransfer</name>
    <message>
        <source>%1 could not be imported: %2 Nothing of it was taken.</source>
        <translation>无法导入 %1：%2未采用其中任何内容。</translation>
    </message>
    <message>
        <source>it holds no conversations of this program, of ChatGPT (conversations.json) or of LM Studio.</source>
        <translation>文件中没有本程序、ChatGPT (conversations.json) 或 LM Studio 的对话。</translation>
    </message>
    <message>
        <source>it was written by a newer version of the program.</source>
        <translation>文件由更新版本的程序写成。</translation>
    </message>
    <message>
        <source>the messages of “%1” do not fit together.</source>
        <translation>“%1”中的消息不完整或不一致。</translation>
    </message>
    <message>
        <source>it is no JSON (%1 at byte %2).</source>
        <translation>文件不是 JSON（%1，位于第 %2 字节）。</translation>
    </message>
    <message>
        <source>You</source>
        <translation>你</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Reasoning</source>
        <translation>思考过程</translation>
    </message>
    <message>
        <source>Several conversations together can be exported as JSON only.</source>
        <translation>多个对话只能一起导出为 JSON。</translation>
    </message>
    <message>
        <source>A file with the ending “%1” cannot be exported. Choose .md, .json, .html or .pdf.</source>
        <translation>无法导出扩展名为“%1”的文件。请选择 .md、.json、.html 或 .pdf。</translation>
    </message>
    <message>
        <source>%1 could not be written: %2. Choose another place.</source>
        <translation>无法写入 %1：%2。请选择其他位置。</translation>
    </message>
    <message>
        <source>%1 could not be read: %2.</source>
        <translation>无法读取 %1：%2。</translation>
    </message>
    <message>
        <source>%1 is too large to be imported: more than 512 MB.</source>
        <translation>%1 太大，无法导入：超过 512 MB。</translation>
    </message>
    <message>
        <source>Imported conversation</source>
        <translation>导入的对话</translation>
    </message>
    <message>
        <source>Exporting or importing was stopped.</source>
        <translation>导出或导入已停止。</translation>
    </message>
    <message>
        <source>%1 (edited)</source>
        <translation>%1（已编辑）</translation>
    </message>
</context>
<context>
    <name>DocumentChips</name>
    <message>
        <source>Document: %1</source>
        <translation>文档：%1</translation>
    </message>
    <message>
        <source>Opens what the model was told of it</source>
        <translation>打开告诉模型的内容</translation>
    </message>
</context>
<context>
    <name>Documents</name>
    <message>
        <source>%1 is not a file. Attach the files in it one by one.</source>
        <translation>%1 不是文件。请逐个附加其中的文件。</translation>
    </message>
    <message>
        <source>%1 is too large: %2 MB. Files of at most %3 MB can be attached.</source>
        <translation>%1 太大：%2 MB。最多可附加 %3 MB 的文件。</translation>
    </message>
    <message>
        <source>%1 is an archive or an office document of a kind that is not read here. Save it as DOCX, XLSX or PDF, or unpack it and attach the files.</source>
        <translation>%1 是压缩包，或此处不读的办公文档。请另存为 DOCX、XLSX 或 PDF，或解压后附加其中的文件。</translation>
    </message>
    <message>
        <source>%1 is empty. Save or download it again.</source>
        <translation>%1 是空的。请重新保存或下载。</translation>
    </message>
    <message>
        <source>%1 is in an old Office format or locked with a password. Open it in an office program and save it as DOCX, XLSX or PDF without a password.</source>
        <translation>%1 是旧版 Office 格式或带有密码。请在办公软件中打开，并另存为不带密码的 DOCX、XLSX 或 PDF。</translation>
    </message>
    <message>
        <source>%1 is rich text (RTF), which is not read here. Save it as DOCX or PDF.</source>
        <translation>%1 是 RTF 富文本，此处不读。请另存为 DOCX 或 PDF。</translation>
    </message>
    <message>
        <source>Reading was cancelled.</source>
        <translation>已取消读取。</translation>
    </message>
    <message>
        <source>%1 holds more than %2 million characters of text, which no model takes in at once. Attach the part that matters as a file of its own.</source>
        <translation>%1 含有超过 %2 百万个字符的文字，没有模型能一次读完。请将重要部分另存为文件后附加。</translation>
    </message>
    <message>
        <source>%1 is too large: %2 MB. Documents of at most %3 MB are read. Attach the part that matters as a file of its own.</source>
        <translation>%1 太大：%2 MB。最多读取 %3 MB 的文档。请将重要部分另存为文件后附加。</translation>
    </message>
    <message>
        <source>There is not enough memory to read %1. Close other programs, then try again.</source>
        <translation>内存不足，无法读取 %1。请关闭其他程序后重试。</translation>
    </message>
    <message>
        <source>%1 was refused: it defines abbreviations (XML entities), which office documents never do and harmful files use.</source>
        <translation>已拒绝 %1：它定义了缩写（XML 实体），办公文档从不这样做，有害文件才会使用。</translation>
    </message>
    <message>
        <source>%1 cannot be read: the file is damaged or cut off (%2). Save or download it again.</source>
        <translation>无法读取 %1：文件已损坏或不完整（%2）。请重新保存或下载。</translation>
    </message>
    <message>
        <source>%1 was refused: it points to a file outside of itself (%2), as harmful files do.</source>
        <translation>已拒绝 %1：它指向自身之外的文件（%2），有害文件才会这样做。</translation>
    </message>
    <message>
        <source>%1 has %2 pages; at most %3 are read. Save the pages that matter as a file of their own.</source>
        <translation>%1 有 %2 页；最多读取 %3 页。请将重要的页面另存为文件。</translation>
    </message>
    <message>
        <source>Pages without text: %1. They can be attached as pictures.</source>
        <translation>没有文字的页面：%1。可将其作为图片附上。</translation>
    </message>
    <message>
        <source>%1 cannot be read: the part of this program that reads such files is missing. Install the program again.</source>
        <translation>无法读取 %1：本程序中读取此类文件的部分缺失。请重新安装本程序。</translation>
    </message>
    <message>
        <source>%1 takes longer than %2 minutes to read; it was given up. Save the pages that matter as a file of their own.</source>
        <translation>读取 %1 超过 %2 分钟，已放弃。请将重要的页面另存为文件。</translation>
    </message>
    <message>
        <source>%1 cannot be read: the part of this program that reads such files did not start (%2).</source>
        <translation>无法读取 %1：本程序中读取此类文件的部分未能启动（%2）。</translation>
    </message>
    <message>
        <source>%1 could not be read: the part of this program that reads such files broke on it. The file is damaged or harmful; nothing else was touched.</source>
        <translation>无法读取 %1：本程序中读取此类文件的部分因它而崩溃。该文件已损坏或有害；其他内容未受影响。</translation>
    </message>
    <message>
        <source>%1 is locked with a password. Save it without one, then attach it.</source>
        <translation>%1 带有密码。请另存为不带密码的文件后再附加。</translation>
    </message>
    <message>
        <source>A page of %1 cannot be drawn.</source>
        <translation>无法绘制 %1 的某一页。</translation>
    </message>
    <message>
        <source>%1 needs more memory than reading it is given.</source>
        <translation>读取 %1 所需的内存超出限额。</translation>
    </message>
    <message>
        <source>it breaks the rules of its kind</source>
        <translation>不符合该格式的规则</translation>
    </message>
    <message>
        <source>%1 holds no cells with content. Choose another file.</source>
        <translation>%1 没有任何有内容的单元格。请选择其他文件。</translation>
    </message>
    <message>
        <source>%1 is of a kind that is not read here. Pictures, PDF, DOCX, XLSX and text files (Markdown, CSV, source code) can be attached.</source>
        <translation>此处不读 %1 这类文件。可附加图片、PDF、DOCX、XLSX 和文本文件（Markdown、CSV、源代码）。</translation>
    </message>
    <message>
        <source>Read as Western European text (Windows-1252).</source>
        <translation>按西欧文字（Windows-1252）读取。</translation>
    </message>
    <message>
        <source>%1 holds no text. Choose another file.</source>
        <translation>%1 没有文字。请选择其他文件。</translation>
    </message>
    <message>
        <source>%1 holds no text. If its pages are pictures, save it as PDF and attach its pages as pictures.</source>
        <translation>%1 没有文字。如果页面是图片，请另存为 PDF，并将页面作为图片附上。</translation>
    </message>
    <message>
        <source>Pictures in it that are not read: %1.</source>
        <translation>其中未读取的图片：%1。</translation>
    </message>
    <message>
        <source>%1 was refused: it unpacks to far more than its size, as harmful files do. If you trust it, save it as PDF and attach that.</source>
        <translation>已拒绝 %1：解压后远大于其大小，有害文件才会这样。如果您信任它，请另存为 PDF 后附加。</translation>
    </message>
    <message>
        <source>%1 was refused: it holds a file whose name leads out of it (%2), as harmful files do.</source>
        <translation>已拒绝 %1：其中有文件名指向外部（%2），有害文件才会这样做。</translation>
    </message>
    <message>
        <source>%1 is missing in it</source>
        <translation>缺少 %1</translation>
    </message>
</context>
<context>
    <name>DownloadRow</name>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Take it off this list; the model stays</source>
        <translation>从列表中移除；模型保留</translation>
    </message>
    <message>
        <source>Stop, and remove what has come</source>
        <translation>停止，并删除已下载的部分</translation>
    </message>
</context>
<context>
    <name>Downloads</name>
    <message>
        <source>“%1” is neither the address of a file nor a repository such as owner/name.</source>
        <translation>“%1”既不是文件地址，也不是 owner/name 这样的仓库。</translation>
    </message>
    <message>
        <source>“%1” is no repository.</source>
        <translation>“%1”不是仓库。</translation>
    </message>
    <message>
        <source>List of a model&apos;s files</source>
        <translation>模型的文件列表</translation>
    </message>
    <message>
        <source>The program is offline.</source>
        <translation>程序处于离线状态。</translation>
    </message>
    <message>
        <source>There is no such repository, or it is not open to everyone.</source>
        <translation>没有这个仓库，或者它不对所有人开放。</translation>
    </message>
    <message>
        <source>%1 could not be asked: %2.</source>
        <translation>无法询问 %1：%2。</translation>
    </message>
    <message>
        <source>The repository %1 has no GGUF files.</source>
        <translation>仓库 %1 没有 GGUF 文件。</translation>
    </message>
    <message>
        <source>The repository %1 has no GGUF file with “%2” in its name, or not all of its parts.</source>
        <translation>仓库 %1 没有名称含“%2”的 GGUF 文件，或缺少其中的部分文件。</translation>
    </message>
    <message>
        <source>%1 stopped sending.</source>
        <translation>%1 停止了发送。</translation>
    </message>
    <message>
        <source>%1 is there already.</source>
        <translation>%1 已存在。</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2.</source>
        <translation>无法写入 %1：%2。</translation>
    </message>
    <message>
        <source>Download of a model</source>
        <translation>下载模型</translation>
    </message>
    <message>
        <source>%1 is no address of the web.</source>
        <translation>%1 不是网址。</translation>
    </message>
    <message>
        <source>%1 sends from one address to the next without end.</source>
        <translation>%1 无休止地从一个地址转到下一个。</translation>
    </message>
    <message>
        <source>%1 sends to an address that is not safe.</source>
        <translation>%1 转到了不安全的地址。</translation>
    </message>
    <message>
        <source>%1 does not give this file to everyone. Its page may ask you to sign in or to accept a licence; download it there and drop it on this window.</source>
        <translation>%1 不向所有人提供此文件。其页面可能要求登录或接受许可；请在那里下载，然后拖到此窗口。</translation>
    </message>
    <message>
        <source>%1 does not have this file (any more).</source>
        <translation>%1 没有（或不再有）此文件。</translation>
    </message>
    <message>
        <source>%1 is busy (%2).</source>
        <translation>%1 正忙（%2）。</translation>
    </message>
    <message>
        <source>%1 answers in a way that makes no sense for a file (%2).</source>
        <translation>%1 的回答对文件来说没有意义（%2）。</translation>
    </message>
    <message>
        <source>%1 sent a web page instead of the file.</source>
        <translation>%1 发送的是网页，而不是文件。</translation>
    </message>
    <message>
        <source>%1 sent the file in a form that was not asked for.</source>
        <translation>%1 以未请求的形式发送了文件。</translation>
    </message>
    <message>
        <source>The file on %1 has changed.</source>
        <translation>%1 上的文件已更改。</translation>
    </message>
    <message>
        <source>%1 sent another part of the file than was asked for.</source>
        <translation>%1 发送的不是所请求的部分。</translation>
    </message>
    <message>
        <source>%1 has another file than before.</source>
        <translation>%1 的文件与之前不同。</translation>
    </message>
    <message>
        <source>%1 has another file under this name: its SHA-256 is not the one that was expected. Nothing was kept of it.</source>
        <translation>%1 上此名称的文件不同：其 SHA-256 与预期不符。未保留任何内容。</translation>
    </message>
    <message>
        <source>%1 has another file under this name: %2 bytes instead of %3.</source>
        <translation>%1 上此名称的文件不同：%2 字节，而不是 %3。</translation>
    </message>
    <message>
        <source>%1 sends the file differently each time.</source>
        <translation>%1 每次发送的文件都不同。</translation>
    </message>
    <message>
        <source>%1 sent more than it had announced.</source>
        <translation>%1 发送的比声明的多。</translation>
    </message>
    <message>
        <source>What %1 sends is no model file.</source>
        <translation>%1 发送的不是模型文件。</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2. What has come is kept.</source>
        <translation>无法写入 %1：%2。已下载的部分保留。</translation>
    </message>
    <message>
        <source>%1 needs %2 more, and %3 are free on its disk. Make room, or choose another folder; what has come is kept.</source>
        <translation>%1 还需要 %2，而磁盘上只有 %3 可用。请腾出空间或选择其他文件夹；已下载的部分保留。</translation>
    </message>
    <message>
        <source>The connection to %1 broke: %2.</source>
        <translation>与 %1 的连接中断：%2。</translation>
    </message>
    <message>
        <source>The connection to %1 ended early.</source>
        <translation>与 %1 的连接提前结束。</translation>
    </message>
    <message>
        <source>What has come is kept; try again later.</source>
        <translation>已下载的部分保留；请稍后重试。</translation>
    </message>
    <message>
        <source>The bytes of %1 are not those that they should be (SHA-256 %2 instead of %3). Nothing was kept; try again, or use another address.</source>
        <translation>%1 的字节与应有的不符（SHA-256 为 %2，而不是 %3）。未保留任何内容；请重试，或使用其他地址。</translation>
    </message>
    <message>
        <source>%1 could not get its name. Is there another file of that name?</source>
        <translation>%1 无法得到其名称。是否已有同名文件？</translation>
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
        <source>Drop a chart or a document here</source>
        <translation>将图表或文档拖到这里</translation>
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
    <name>Engine</name>
    <message>
        <source>The file &quot;%1&quot; does not exist. Check where it was moved, or download it again.</source>
        <translation>文件“%1”不存在。请检查它是否被移动，或重新下载。</translation>
    </message>
    <message>
        <source>The file &quot;%1&quot; is a folder. Choose a model file inside it.</source>
        <translation>“%1”是一个文件夹。请选择其中的模型文件。</translation>
    </message>
    <message>
        <source>The file &quot;%1&quot; cannot be read. Check its permissions.</source>
        <translation>无法读取文件“%1”。请检查其权限。</translation>
    </message>
    <message>
        <source>The file &quot;%1&quot; is empty. The download did not finish; download it again.</source>
        <translation>文件“%1”是空的。下载没有完成，请重新下载。</translation>
    </message>
    <message>
        <source>The model file &quot;%1&quot; ends early, at %2. The download is incomplete; download it again.</source>
        <translation>模型文件“%1”提前结束。下载不完整，请重新下载。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a GGUF model file. %2 Choose a .gguf file, or download it again.</source>
        <translation>“%1”不是 GGUF 模型文件。%2 请选择 .gguf 文件，或重新下载。</translation>
    </message>
    <message>
        <source>The model file &quot;%1&quot; cannot be used: it is the first of %2 files, and &quot;%3&quot; is missing. Put all of them into one folder.</source>
        <translation>模型文件“%1”无法使用：它是 %2 个文件中的第一个，缺少“%3”。请把它们全部放在同一个文件夹中。</translation>
    </message>
    <message>
        <source>The model file &quot;%1&quot; has the architecture &quot;%2&quot;, which this version cannot run. It runs %3.</source>
        <translation>模型文件“%1”的架构为“%2”，此版本无法运行。可运行：%3。</translation>
    </message>
    <message>
        <source>There is not enough memory to load the model. Close other programs or choose a smaller one.</source>
        <translation>内存不足，无法加载模型。请关闭其他程序，或选择更小的模型。</translation>
    </message>
    <message>
        <source>There is not enough memory %1.</source>
        <translation>内存不足（%1）。</translation>
    </message>
    <message>
        <source>The conversation is too long for the model: it takes %1 tokens and the answer at least one, and the context holds %2. Nothing was cut. Shorten it, or start a new conversation.</source>
        <translation>对话对该模型来说太长：它需要 %1 个词元，回答至少需要一个，而上下文只能容纳 %2 个。没有截断任何内容。请缩短对话，或开始新的对话。</translation>
    </message>
    <message>
        <source>The context is full: %1 more tokens are needed and %2 are available.</source>
        <translation>上下文已满：还需要 %1 个词元，可用 %2 个。</translation>
    </message>
    <message>
        <source>There is no question to answer.</source>
        <translation>没有要回答的问题。</translation>
    </message>
    <message>
        <source>The answer was stopped.</source>
        <translation>回答已停止。</translation>
    </message>
    <message>
        <source>The processor computes, not &quot;%1&quot;: %2.</source>
        <translation>由处理器计算，而不是“%1”：%2。</translation>
    </message>
    <message>
        <source>The processor computes since &quot;%1&quot; had no memory left: %2.</source>
        <translation>自“%1”没有剩余内存起，由处理器计算：%2。</translation>
    </message>
    <message>
        <source>The processor computes since &quot;%1&quot; failed: %2.</source>
        <translation>自“%1”出故障起，由处理器计算：%2。</translation>
    </message>
    <message>
        <source>The card has less memory than it said: %1 of %2 layers lie there.</source>
        <translation>显卡的内存比它所说的少：%2 层中有 %1 层在显卡上。</translation>
    </message>
    <message>
        <source>%1 layers were wanted on the card, which has room for %2 of %3.</source>
        <translation>要求显卡上放 %1 层，而 %3 层中它只放得下 %2 层。</translation>
    </message>
    <message>
        <source>The card &quot;%1&quot; has no memory left for this answer. The answer ends here and the conversation is kept; the processor computes the next one.</source>
        <translation>显卡“%1”已没有内存用于这个回答。回答到此为止，对话已保留；下一个回答由处理器计算。</translation>
    </message>
    <message>
        <source>The card &quot;%1&quot; does not answer any more. The answer ends here and the conversation is kept; the processor computes the next one.</source>
        <translation>显卡“%1”不再响应。回答到此为止，对话已保留；下一个回答由处理器计算。</translation>
    </message>
    <message>
        <source>The card &quot;%1&quot; has no memory left for this answer. The processor cannot take over: %2</source>
        <translation>显卡“%1”没有剩余内存来完成此回答。处理器无法接手：%2</translation>
    </message>
    <message>
        <source>The card &quot;%1&quot; does not answer any more. The processor cannot take over: %2</source>
        <translation>显卡“%1”不再响应。处理器无法接手：%2</translation>
    </message>
    <message>
        <source>The card failed while this answer was made. The processor computes from now on; ask again.</source>
        <translation>生成这个回答时显卡出了故障。从现在起由处理器计算；请再问一次。</translation>
    </message>
    <message>
        <source>A card has less memory than it said: %1 of %2 layers lie on cards.</source>
        <translation>有一块显卡的内存比它所说的少：%2 层中有 %1 层在显卡上。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is left out: %2.</source>
        <translation>“%1”没有参与计算：%2。</translation>
    </message>
</context>
<context>
    <name>ExpertsPane</name>
    <message>
        <source>Panel of experts</source>
        <translation>专家面板</translation>
    </message>
    <message>
        <source>Save the picture</source>
        <translation>保存图片</translation>
    </message>
    <message>
        <source>Close the panel of experts (Ctrl+E)</source>
        <translation>关闭专家面板 (Ctrl+E)</translation>
    </message>
    <message>
        <source>Utilisation</source>
        <translation>利用率</translation>
    </message>
    <message>
        <source>How evenly the tokens are spread over the experts: 100 % when all work alike.</source>
        <translation>词元在专家之间分布得有多均匀：所有专家工作量相同时为 100 %。</translation>
    </message>
    <message>
        <source>Idle compute</source>
        <translation>空闲算力</translation>
    </message>
    <message>
        <source>What the others would wait for the busiest expert, if each had a processor of its own.</source>
        <translation>如果每个专家都有自己的处理器，其余专家等待最忙专家的时间占比。</translation>
    </message>
    <message>
        <source>Router confidence</source>
        <translation>路由置信度</translation>
    </message>
    <message>
        <source>By how much the last expert that was chosen beat the first that was not.</source>
        <translation>最后一个被选中的专家比第一个未被选中的专家高出多少。</translation>
    </message>
    <message>
        <source>Experts a token</source>
        <translation>每词元专家数</translation>
    </message>
    <message>
        <source>Chosen by the router on average; a sure router needs fewer, where the model lets it.</source>
        <translation>路由平均选择的专家数；在模型允许时，路由越确定，所需专家越少。</translation>
    </message>
    <message>
        <source>How much each expert of each layer works</source>
        <translation>各层每个专家的工作量</translation>
    </message>
    <message>
        <source>no work</source>
        <translation>无工作</translation>
    </message>
    <message>
        <source>last token</source>
        <translation>最后一个词元</translation>
    </message>
    <message>
        <source>Where the experts lie: %1</source>
        <translation>专家所在位置：%1</translation>
    </message>
    <message>
        <source>Pictures (%1)</source>
        <translation>图片 (%1)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>pictures</source>
        <translation>图片</translation>
    </message>
</context>
<context>
    <name>FetchPane</name>
    <message>
        <source>Address of a model file, or a repository such as owner/name</source>
        <translation>模型文件的地址，或 owner/name 这样的仓库</translation>
    </message>
    <message>
        <source>https://… or owner/name</source>
        <translation>https://… 或 owner/name</translation>
    </message>
    <message>
        <source>Fetch</source>
        <translation>获取</translation>
    </message>
    <message>
        <source>Offline: this program opens no connection at all.</source>
        <translation>离线：本程序不打开任何连接。</translation>
    </message>
    <message>
        <source>Only what you fetch here opens a connection, and nothing of yours is sent.</source>
        <translation>只有在这里获取时才会打开连接，不会发送您的任何内容。</translation>
    </message>
    <message>
        <source>Go online</source>
        <translation>联网</translation>
    </message>
    <message>
        <source>Go offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>Models worth fetching</source>
        <translation>值得获取的模型</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>代理</translation>
    </message>
    <message>
        <source>Proxy: that of the system</source>
        <translation>代理：使用系统的代理</translation>
    </message>
    <message>
        <source>Mirror of the model hub</source>
        <translation>模型仓库的镜像</translation>
    </message>
    <message>
        <source>Mirror: https://huggingface.co itself</source>
        <translation>镜像：https://huggingface.co 本身</translation>
    </message>
</context>
<context>
    <name>Figures</name>
    <message>
        <source>processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>graphics cards</source>
        <translation>显卡</translation>
    </message>
    <message>
        <source>processor and graphics cards</source>
        <translation>处理器和显卡</translation>
    </message>
    <message>
        <source>whole machine, from its battery</source>
        <translation>整台机器，由电池读出</translation>
    </message>
    <message>
        <source>not measurable here: the system lets only the administrator read the processor&apos;s counter</source>
        <translation>此处无法测量：系统只允许管理员读取处理器的计数器</translation>
    </message>
    <message>
        <source>not measurable here</source>
        <translation>此处无法测量</translation>
    </message>
    <message>
        <source>%1 J</source>
        <translation>%1 焦耳</translation>
    </message>
    <message>
        <source>%1 J a token</source>
        <translation>每个词元 %1 焦耳</translation>
    </message>
    <message>
        <source>what the machine takes idly is contained: it was not measured yet</source>
        <translation>其中包含机器空闲时的消耗：尚未测得</translation>
    </message>
    <message>
        <source>%1 J that the machine takes idly were subtracted</source>
        <translation>已减去机器空闲时消耗的 %1 焦耳</translation>
    </message>
    <message>
        <source>say in the settings what electricity costs you</source>
        <translation>请在设置中填写您的电价</translation>
    </message>
    <message>
        <source>%1 %2 of electricity; API prices of April 2026: %3</source>
        <translation>电费 %1 %2；2026 年 4 月的 API 价格：%3</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 词元/秒</translation>
    </message>
    <message>
        <source>First token</source>
        <translation>首个词元</translation>
    </message>
    <message>
        <source>after %1 s</source>
        <translation>%1 秒后</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>词元</translation>
    </message>
    <message>
        <source>%1 read, of these %2 known from before; %3 written</source>
        <translation>读取 %1 个，其中 %2 个此前已知；写出 %3 个</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Energy</source>
        <translation>能耗</translation>
    </message>
    <message>
        <source>A million tokens</source>
        <translation>一百万词元</translation>
    </message>
    <message>
        <source>after %1 ms</source>
        <translation>%1 毫秒后</translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message>
        <source>%1 was not found.</source>
        <translation>未找到 %1。</translation>
    </message>
    <message>
        <source>%1 cannot be opened: %2.</source>
        <translation>无法打开 %1：%2。</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2.</source>
        <translation>无法读取 %1：%2。</translation>
    </message>
</context>
<context>
    <name>FindBar</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>未找到</translation>
    </message>
    <message>
        <source>Find in this conversation</source>
        <translation>在此对话中查找</translation>
    </message>
    <message>
        <source>Place %1 of %2</source>
        <translation>第 %1 处，共 %2 处</translation>
    </message>
    <message>
        <source>The place before (Shift+Enter)</source>
        <translation>上一处（Shift+Enter）</translation>
    </message>
    <message>
        <source>The next place (Enter)</source>
        <translation>下一处（Enter）</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>关闭（Esc）</translation>
    </message>
</context>
<context>
    <name>FolderList</name>
    <message>
        <source>Leave out this folder; nothing in it is changed</source>
        <translation>不再查找此文件夹；其中内容不变</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
</context>
<context>
    <name>Forecast</name>
    <message>
        <source>A context of %1 tokens instead of %2 would fit.</source>
        <translation>把上下文从 %2 个词元减到 %1 个就能放下。</translation>
    </message>
    <message>
        <source>A file of the same model with fewer bits, at most %1, would fit.</source>
        <translation>同一模型位数更少、不超过 %1 的文件可以放下。</translation>
    </message>
    <message>
        <source>A machine with %1 of memory would hold all of it.</source>
        <translation>内存为 %1 的机器可以全部放下。</translation>
    </message>
    <message>
        <source>It needs %1 of memory even without most of its experts, and this machine has %2 for it.</source>
        <translation>即使不算大部分专家，它也需要 %1 内存，而本机可用 %2。</translation>
    </message>
    <message>
        <source>It needs %1 of memory even without its weights, and this machine has %2 for it.</source>
        <translation>即使不算权重，它也需要 %1 内存，而本机可用 %2。</translation>
    </message>
    <message>
        <source>It takes %1, and this machine has %2 for it: %3 of the weights must be read from disk again and again, which is slow.</source>
        <translation>它需要 %1，而本机可用 %2：%3 的权重必须反复从磁盘读取，因此很慢。</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Experts</source>
        <translation>专家</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>Vision</source>
        <translation>视觉</translation>
    </message>
    <message>
        <source>Working memory</source>
        <translation>计算用内存</translation>
    </message>
    <message>
        <source>memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>memory, from the file</source>
        <translation>内存，来自文件</translation>
    </message>
    <message>
        <source>disk</source>
        <translation>磁盘</translation>
    </message>
    <message>
        <source>A model of the catalogue would run: all of them are of families that this version knows.</source>
        <translation>目录中的模型可以运行：它们都属于此版本认识的系列。</translation>
    </message>
    <message>
        <source>The same file fetched anew, or another conversion of the model, may run.</source>
        <translation>重新下载同一文件，或换用该模型的另一种转换，也许可以运行。</translation>
    </message>
</context>
<context>
    <name>ForecastView</name>
    <message>
        <source>Reading the header…</source>
        <translation>正在读取文件头…</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Memory: %1</source>
        <translation>内存：%1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Context, in tokens</source>
        <translation>上下文（词元数）</translation>
    </message>
    <message>
        <source>%1 K</source>
        <translation>%1 K</translation>
    </message>
    <message>
        <source>With a context of %1 tokens</source>
        <translation>上下文为 %1 个词元</translation>
    </message>
    <message>
        <source>Answers at</source>
        <translation>回答速度</translation>
    </message>
    <message>
        <source>Reads prompts at</source>
        <translation>读取提示速度</translation>
    </message>
    <message>
        <source>Longest context that fits</source>
        <translation>可容纳的最长上下文</translation>
    </message>
    <message>
        <source>Last answer</source>
        <translation>上次回答</translation>
    </message>
    <message>
        <source>Measuring this machine…</source>
        <translation>正在测量本机…</translation>
    </message>
    <message>
        <source>Measure this machine for a forecast of speed (some seconds)</source>
        <translation>测量本机以预测速度（几秒钟）</translation>
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
        <source>%1 is too large: %2 MB. Picture files of at most %3 MB are read.</source>
        <translation>%1 太大：%2 MB。只读取不超过 %3 MB 的图片文件。</translation>
    </message>
    <message>
        <source>%1 holds no picture.</source>
        <translation>%1 中没有图片。</translation>
    </message>
    <message>
        <source>%1 could not be turned into a PNG file.</source>
        <translation>无法将 %1 转换为 PNG 文件。</translation>
    </message>
    <message>
        <source>Choose a PNG, JPEG, WebP, GIF, TIFF or SVG file.</source>
        <translation>请选择 PNG、JPEG、WebP、GIF、TIFF 或 SVG 文件。</translation>
    </message>
    <message>
        <source>%1 is a %2 picture, and the part of Qt that reads those is not installed. Save it as PNG.</source>
        <translation>%1 是 %2 图片，但未安装读取它的 Qt 组件。请另存为 PNG。</translation>
    </message>
    <message>
        <source>%1 is not a file. Choose a PNG, JPEG, WebP, GIF, TIFF or SVG file.</source>
        <translation>%1 不是文件。请选择 PNG、JPEG、WebP、GIF、TIFF 或 SVG 文件。</translation>
    </message>
</context>
<context>
    <name>ImageViewer</name>
    <message>
        <source>Picture. Arrow keys move the region, with Shift they size it</source>
        <translation>图片。方向键移动区域，按住 Shift 调整大小</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Smaller (−)</source>
        <translation>缩小 (−)</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1%</translation>
    </message>
    <message>
        <source>Larger (+)</source>
        <translation>放大 (+)</translation>
    </message>
    <message>
        <source>Drag over the picture</source>
        <translation>在图片上拖动</translation>
    </message>
    <message>
        <source>Select a region</source>
        <translation>选择区域</translation>
    </message>
    <message>
        <source>Ask about this region</source>
        <translation>就此区域提问</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>关闭（Esc）</translation>
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
    <message>
        <source>The tokens could not be counted</source>
        <translation>无法计算词元数</translation>
    </message>
    <message>
        <source>The picture could not be shown</source>
        <translation>无法显示图片</translation>
    </message>
</context>
<context>
    <name>LeftOutStatements</name>
    <message>
        <source>Statements left out as uncertain: %1</source>
        <translation>因不确定而略去的陈述：%1</translation>
    </message>
    <message>
        <source>%1. Hide them</source>
        <translation>%1。隐藏</translation>
    </message>
    <message>
        <source>%1. Show them</source>
        <translation>%1。显示</translation>
    </message>
</context>
<context>
    <name>LibraryPage</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Back to the models</source>
        <translation>返回模型列表</translation>
    </message>
    <message>
        <source>Back to the conversation (Esc)</source>
        <translation>返回对话 (Esc)</translation>
    </message>
    <message>
        <source>On this machine</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>Fetch</source>
        <translation>获取</translation>
    </message>
    <message>
        <source>Models on this machine</source>
        <translation>本机上的模型</translation>
    </message>
    <message>
        <source>Looking for models…</source>
        <translation>正在查找模型…</translation>
    </message>
    <message>
        <source>No models yet. Drop .gguf files on the window, add a folder, or fetch one.</source>
        <translation>还没有模型。把 .gguf 文件拖到窗口，添加文件夹，或获取一个。</translation>
    </message>
    <message>
        <source>Add a model file…</source>
        <translation>添加模型文件…</translation>
    </message>
    <message>
        <source>Choose a model to see what it is and what loading it would mean.</source>
        <translation>选择一个模型，查看它是什么以及加载它意味着什么。</translation>
    </message>
    <message>
        <source>Add model files</source>
        <translation>添加模型文件</translation>
    </message>
    <message>
        <source>Models (*.gguf)</source>
        <translation>模型 (*.gguf)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Add a folder of models</source>
        <translation>添加模型文件夹</translation>
    </message>
</context>
<context>
    <name>Main</name>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
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
    <message>
        <source>Import conversations</source>
        <translation>导入对话</translation>
    </message>
    <message>
        <source>Conversations (*.json)</source>
        <translation>对话 (*.json)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
</context>
<context>
    <name>MarkdownView</name>
    <message>
        <source>Answer: %1</source>
        <translation>回答：%1</translation>
    </message>
</context>
<context>
    <name>MathBlock</name>
    <message>
        <source>Formula: %1</source>
        <translation>公式：%1</translation>
    </message>
    <message>
        <source>Copy the formula as LaTeX</source>
        <translation>将公式复制为 LaTeX</translation>
    </message>
</context>
<context>
    <name>ModelDetails</name>
    <message>
        <source>Check the file</source>
        <translation>检查文件</translation>
    </message>
    <message>
        <source>Loaded</source>
        <translation>已加载</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>加载</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>There is no waste bin for its disk. %1 It cannot be brought back.</source>
        <translation>它所在的磁盘没有回收站。%1删除后无法恢复。</translation>
    </message>
    <message>
        <source>%1 It goes to the waste bin; the room is free once that is emptied.</source>
        <translation>%1它将移到回收站；清空回收站后空间才会释放。</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>永久删除</translation>
    </message>
    <message>
        <source>To the waste bin</source>
        <translation>移到回收站</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>保留</translation>
    </message>
</context>
<context>
    <name>ModelLibrary</name>
    <message>
        <source>%1 could not be written: %2. Is the disk full, or the folder read-only?</source>
        <translation>无法写入 %1：%2。磁盘是否已满，或文件夹是否为只读？</translation>
    </message>
    <message>
        <source>No model file: %1. Models are .gguf files.</source>
        <translation>不是模型文件：%1。模型是 .gguf 文件。</translation>
    </message>
    <message>
        <source>%1 is no model of the library that can be deleted.</source>
        <translation>%1 不是可以删除的库中模型。</translation>
    </message>
    <message>
        <source>%1 cannot be moved to the waste bin: there is none for its disk. Nothing was deleted.</source>
        <translation>无法将 %1 移到回收站：它所在的磁盘没有回收站。未删除任何内容。</translation>
    </message>
    <message>
        <source>%1 could not be deleted. Is the folder read-only?</source>
        <translation>无法删除 %1。文件夹是否为只读？</translation>
    </message>
</context>
<context>
    <name>ModelRow</name>
    <message>
        <source>%1, %2, %3</source>
        <translation>%1，%2，%3</translation>
    </message>
</context>
<context>
    <name>Panel</name>
    <message>
        <source>Close (Esc)</source>
        <translation>关闭 (Esc)</translation>
    </message>
</context>
<context>
    <name>PartsList</name>
    <message>
        <source>Parts of %1</source>
        <translation>%1 的各部分</translation>
    </message>
</context>
<context>
    <name>Placement</name>
    <message>
        <source>experts in memory</source>
        <translation>专家在内存中</translation>
    </message>
    <message>
        <source>experts, too</source>
        <translation>专家也在</translation>
    </message>
    <message>
        <source>the %1 most used experts, too: %2 % of all calls</source>
        <translation>使用最多的 %1 个专家也在：占所有调用的 %2%</translation>
    </message>
    <message>
        <source>%1 experts, too</source>
        <translation>%1 个专家也在</translation>
    </message>
    <message>
        <source>experts of %1 of %2 layers and the %3 most used of the others, too: %4 % of all calls</source>
        <translation>%2 层中 %1 层的专家以及其余层中使用最多的 %3 个专家也在：占所有调用的 %4%</translation>
    </message>
    <message>
        <source>experts of %1 of %2 layers and %3 others, too</source>
        <translation>%2 层中 %1 层的专家以及另外 %3 个专家也在</translation>
    </message>
    <message>
        <source>experts of %1 of %2 layers, too</source>
        <translation>%2 层中 %1 层的专家也在</translation>
    </message>
    <message>
        <source>the whole model on the card</source>
        <translation>整个模型在显卡上</translation>
    </message>
    <message>
        <source>%1 of %2 layers on the card</source>
        <translation>%2 层中有 %1 层在显卡上</translation>
    </message>
    <message>
        <source>%1 of %2 layers and vision on the card</source>
        <translation>%2 层中有 %1 层以及视觉部分在显卡上</translation>
    </message>
    <message>
        <source>experts from disk, %1 % of them held in memory</source>
        <translation>专家从磁盘读取，其中 %1% 保留在内存中</translation>
    </message>
    <message>
        <source>other experts from disk, %1 % of them held in memory</source>
        <translation>其余专家从磁盘读取，其中 %1% 保留在内存中</translation>
    </message>
    <message>
        <source>expected %1 tokens/s</source>
        <translation>预计 %1 词元/秒</translation>
    </message>
    <message>
        <source>%1 on %2 (%3)</source>
        <translation>%2 上 %1 层（%3）</translation>
    </message>
    <message>
        <source>%1 of %2 layers and vision on cards, %3</source>
        <translation>%2 层中有 %1 层以及视觉部分在显卡上，%3</translation>
    </message>
    <message>
        <source>%1 of %2 layers on cards, %3</source>
        <translation>%2 层中有 %1 层在显卡上，%3</translation>
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
    <message>
        <source>Look at the picture closely</source>
        <translation>查看大图</translation>
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
    <name>ReasoningHead</name>
    <message>
        <source>%1. Hide the reasoning</source>
        <translation>%1。隐藏思考过程</translation>
    </message>
    <message>
        <source>%1. Show the reasoning</source>
        <translation>%1。显示思考过程</translation>
    </message>
    <message>
        <source>Copy the reasoning</source>
        <translation>复制思考过程</translation>
    </message>
</context>
<context>
    <name>ReceiptPanel</name>
    <message>
        <source>Behind this answer</source>
        <translation>此回答的背后</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>关闭 (Esc)</translation>
    </message>
    <message>
        <source>This answer has no receipt: you edited it, or an older version of the program wrote it.</source>
        <translation>此回答没有凭据：它由您编辑过，或由旧版程序写成。</translation>
    </message>
    <message>
        <source>What the model saw</source>
        <translation>模型看到的内容</translation>
    </message>
    <message>
        <source>The picture as the model was shown it: %1</source>
        <translation>模型所见的图片：%1</translation>
    </message>
    <message>
        <source>Receipt</source>
        <translation>凭据</translation>
    </message>
    <message>
        <source>Being written again…</source>
        <translation>正在重新生成…</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy the receipt as JSON</source>
        <translation>将凭据复制为 JSON</translation>
    </message>
    <message>
        <source>Replay</source>
        <translation>重放</translation>
    </message>
    <message>
        <source>Have the answer written again and compare</source>
        <translation>重新生成回答并比较</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>What it took</source>
        <translation>消耗</translation>
    </message>
</context>
<context>
    <name>ReportPanel</name>
    <message>
        <source>What went wrong</source>
        <translation>出了什么问题</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Nothing to tell so far.</source>
        <translation>目前没有内容。</translation>
    </message>
    <message>
        <source>The report names this program, the system, the model and the lines above. Nothing you wrote is in it.</source>
        <translation>报告包含本程序、系统、模型和以上日志，不包含您写的任何内容。</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>复制报告</translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation>复制报告</translation>
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
    <name>SettingSlider</name>
    <message>
        <source>%1</source>
        <translation>%1</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>%1 %</source>
        <translation>%1%</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Back to the conversation (Esc)</source>
        <translation>返回对话 (Esc)</translation>
    </message>
    <message>
        <source>Looks</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
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
        <source>High contrast</source>
        <translation>高对比度</translation>
    </message>
    <message>
        <source>Text size (Ctrl++, Ctrl+-)</source>
        <translation>文字大小 (Ctrl++, Ctrl+-)</translation>
    </message>
    <message>
        <source>Density</source>
        <translation>密度</translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation>宽松</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>紧凑</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>In the background</source>
        <translation>后台</translation>
    </message>
    <message>
        <source>Tell me when an answer has ended while I am elsewhere</source>
        <translation>我在别处时，回答完成后通知我</translation>
    </message>
    <message>
        <source>Closing the window leaves the program in the tray</source>
        <translation>关闭窗口后程序留在系统托盘</translation>
    </message>
    <message>
        <source>This desktop shows no tray, so closing the window ends the program.</source>
        <translation>此桌面不显示系统托盘，因此关闭窗口会结束程序。</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Offline: the program opens no connection at all</source>
        <translation>离线：程序不建立任何连接</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Keyboard (F1)</source>
        <translation>键盘 (F1)</translation>
    </message>
    <message>
        <source>Show me around</source>
        <translation>快速导览</translation>
    </message>
    <message>
        <source>Log and report</source>
        <translation>日志与报告</translation>
    </message>
    <message>
        <source>Electricity</source>
        <translation>电力</translation>
    </message>
    <message>
        <source>Price of a kilowatt-hour</source>
        <translation>每千瓦时电价</translation>
    </message>
    <message>
        <source>Currency</source>
        <translation>货币</translation>
    </message>
    <message>
        <source>Behind each answer it is then told what a million such tokens cost, beside what providers take. Energy is measured where this machine lets it be.</source>
        <translation>之后每个回答的背后都会写明一百万个这样的词元的费用，并列出服务商的价格。只要这台机器允许，就会测量能耗。</translation>
    </message>
    <message>
        <source>Computing</source>
        <translation>计算</translation>
    </message>
    <message>
        <source>Models are computed by</source>
        <translation>模型由谁计算</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>NVIDIA card (CUDA)</source>
        <translation>NVIDIA 显卡 (CUDA)</translation>
    </message>
    <message>
        <source>Graphics card (Vulkan)</source>
        <translation>显卡 (Vulkan)</translation>
    </message>
    <message>
        <source>All that fit</source>
        <translation>放得下的都放</translation>
    </message>
    <message>
        <source>Layers on cards</source>
        <translation>显卡上的层数</translation>
    </message>
    <message>
        <source>Which cards (0 is the first)</source>
        <translation>使用哪些显卡（0 是第一块）</translation>
    </message>
    <message>
        <source>As needed</source>
        <translation>按需要</translation>
    </message>
    <message>
        <source>From the next model on that is loaded. A model that one card has no room for is divided among several. What the cards have no room for stays in memory, and the processor computes it.</source>
        <translation>从下一个加载的模型开始生效。一块显卡放不下的模型会分到多块显卡上。所有显卡都放不下的部分留在内存中，由处理器计算。</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Question</source>
        <translation>提问</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>New line</source>
        <translation>换行</translation>
    </message>
    <message>
        <source>Attach what was copied</source>
        <translation>添加已复制的内容</translation>
    </message>
    <message>
        <source>Conversation list</source>
        <translation>对话列表</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>菜单</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Del</source>
        <translation>Del</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Scroll</source>
        <translation>滚动</translation>
    </message>
    <message>
        <source>Chart</source>
        <translation>图表</translation>
    </message>
    <message>
        <source>From number to number</source>
        <translation>在数字之间移动</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>任何位置</translation>
    </message>
    <message>
        <source>Next control</source>
        <translation>下一个控件</translation>
    </message>
    <message>
        <source>Press what the line is around</source>
        <translation>触发有边框的控件</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>空格</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>键盘</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Shift+Enter</source>
        <translation>Shift+Enter</translation>
    </message>
    <message>
        <source>Ctrl+V</source>
        <translation>Ctrl+V</translation>
    </message>
    <message>
        <source>Shift+F10</source>
        <translation>Shift+F10</translation>
    </message>
    <message>
        <source>↑ ↓ PgUp PgDn</source>
        <translation>↑ ↓ PgUp PgDn</translation>
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
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Models on this machine, and fetching others (Ctrl+L)</source>
        <translation>本机上的模型，以及获取其他模型 (Ctrl+L)</translation>
    </message>
    <message>
        <source>Import and export</source>
        <translation>导入和导出</translation>
    </message>
    <message>
        <source>Import conversations…</source>
        <translation>导入对话…</translation>
    </message>
    <message>
        <source>Export all…</source>
        <translation>导出全部…</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Looks, language, network (Ctrl+.)</source>
        <translation>外观、语言、网络 (Ctrl+.)</translation>
    </message>
    <message>
        <source>Search (Ctrl+Shift+F)</source>
        <translation>搜索（Ctrl+Shift+F）</translation>
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
    <name>TableBlock</name>
    <message>
        <source>Table: %1</source>
        <translation>表格：%1</translation>
    </message>
</context>
<context>
    <name>ToldDivider</name>
    <message>
        <source>The model is no longer told what stands above.</source>
        <translation>以上内容不再告诉模型。</translation>
    </message>
    <message>
        <source>Tell it again</source>
        <translation>重新告诉它</translation>
    </message>
</context>
<context>
    <name>ToolCallBlock</name>
    <message>
        <source>The model asked for the tool %1, which is not run</source>
        <translation>模型请求使用工具 %1，该工具不会运行</translation>
    </message>
</context>
<context>
    <name>Tour</name>
    <message>
        <source>%1 of 3</source>
        <translation>第 %1 步，共 3 步</translation>
    </message>
    <message>
        <source>What you do here stays here</source>
        <translation>您在这里做的一切都留在本机</translation>
    </message>
    <message>
        <source>Ask, or drop files</source>
        <translation>提问，或拖入文件</translation>
    </message>
    <message>
        <source>A chart becomes a table</source>
        <translation>图表变成表格</translation>
    </message>
    <message>
        <source>Models run on this machine, and your conversations are kept on it. No connection is opened unless you fetch a model.</source>
        <translation>模型在本机运行，您的对话也保存在本机。除非您下载模型，否则不会建立任何连接。</translation>
    </message>
    <message>
        <source>Pictures and documents can be dropped anywhere on the window. Ctrl+K finds everything the program does, F1 shows all keys.</source>
        <translation>图片和文档可以拖放到窗口的任何位置。Ctrl+K 可查找程序的所有功能，F1 显示所有按键。</translation>
    </message>
    <message>
        <source>The built-in model reads charts: the table behind one, and a summary whose every number points at its mark. See it read a sample.</source>
        <translation>内置模型可以读取图表：给出背后的表格，以及每个数字都指向图中标记的摘要。看它读取一个示例。</translation>
    </message>
    <message>
        <source>Drop a picture of a chart: the built-in model reads the table behind it, and writes a summary whose every number points at its mark.</source>
        <translation>拖入一张图表图片：内置模型会读出背后的表格，并写出每个数字都指向图中标记的摘要。</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Read the sample chart</source>
        <translation>读取示例图表</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>开始</translation>
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
    <name>TransferLine</name>
    <message>
        <source>Exporting or importing: %1 %</source>
        <translation>正在导出或导入：%1%</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel the export or import</source>
        <translation>取消导出或导入</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Conclave: %1</source>
        <translation>Conclave：%1</translation>
    </message>
    <message>
        <source>Show the window</source>
        <translation>显示窗口</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
</context>
<context>
    <name>TurnDelegate</name>
    <message>
        <source>Reasoning: %1</source>
        <translation>思考过程：%1</translation>
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
    <message>
        <source>This answer has no receipt: you edited it, or an older version of the program wrote it.</source>
        <translation>此回答没有凭据：它由您编辑过，或由旧版程序写成。</translation>
    </message>
    <message>
        <source>This answer did not come to its end, so there is nothing to compare with.</source>
        <translation>此回答没有写完，因此无从比较。</translation>
    </message>
    <message>
        <source>Another model is loaded. Load %1, then try again.</source>
        <translation>已加载的是另一个模型。请加载 %1 后重试。</translation>
    </message>
    <message>
        <source>The model is loaded with room for %1 tokens, and was with %2. Load it again, then try again.</source>
        <translation>模型当前的上下文为 %1 个词元，当时为 %2 个。请重新加载模型后重试。</translation>
    </message>
    <message>
        <source>The prompt of this answer is no longer what it was: a picture is lost, or a message was changed. Nothing was asked.</source>
        <translation>此回答的提示已与当时不同：图片丢失，或消息已更改。没有提问。</translation>
    </message>
</context>
<context>
    <name>conclave::ui::AnswerReceipt</name>
    <message>
        <source>The receipt does not tell in which pieces the prompt was computed.</source>
        <translation>凭据没有记录提示是分成哪些片段计算的。</translation>
    </message>
    <message>
        <source>The prompt was computed in other pieces than then.</source>
        <translation>提示的计算片段与当时不同。</translation>
    </message>
    <message>
        <source>That alone changes last digits.</source>
        <translation>仅此一点就会改变末位数字。</translation>
    </message>
    <message>
        <source>Prompt computed in pieces of</source>
        <translation>提示分段计算</translation>
    </message>
    <message>
        <source>temperature %1, top-p %2, min-p %3, top-k %4, repetition penalty %5</source>
        <translation>温度 %1，top-p %2，min-p %3，top-k %4，重复惩罚 %5</translation>
    </message>
    <message>
        <source>It differs from character %1 on: “%2” instead of “%3”.</source>
        <translation>从第 %1 个字符起不同：“%2”而非“%3”。</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>正在查看…</translation>
    </message>
    <message>
        <source>%1 tokens: %2 known from before, %3 new</source>
        <translation>%1 个词元：%2 个此前已知，%3 个新增</translation>
    </message>
    <message>
        <source>System prompt: %1</source>
        <translation>系统提示：%1</translation>
    </message>
    <message>
        <source>Messages: %1</source>
        <translation>消息：%1</translation>
    </message>
    <message>
        <source>Older messages that were left out: %1</source>
        <translation>省略的较早消息：%1</translation>
    </message>
    <message>
        <source>Document: %1</source>
        <translation>文档：%1</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>架构</translation>
    </message>
    <message>
        <source>Fingerprint</source>
        <translation>指纹</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>程序</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 个词元</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>采样</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>最长回答</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>提示</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>The same, bit for bit: %1 tokens and their probabilities.</source>
        <translation>逐位相同：%1 个词元及其概率。</translation>
    </message>
    <message>
        <source>The same words: %1 tokens. Probabilities behind them differ in their last digits.</source>
        <translation>文字相同：%1 个词元。其概率在末位略有差异。</translation>
    </message>
    <message>
        <source>Stopped before the end: nothing can be said.</source>
        <translation>未到结尾即停止：无法判断。</translation>
    </message>
    <message>
        <source>The answer was written by another build of the program.</source>
        <translation>该回答由程序的另一个构建写成。</translation>
    </message>
    <message>
        <source>It was written on another device: %1.</source>
        <translation>它在另一设备上写成：%1。</translation>
    </message>
    <message>
        <source>%1 × %2 pixels, %3 tokens of the prompt</source>
        <translation>%1 × %2 像素，占提示的 %3 个词元</translation>
    </message>
    <message>
        <source>%1 × %2 pixels, read in %3 places beside the text</source>
        <translation>%1 × %2 像素，在文字之外以 %3 个位置读取</translation>
    </message>
    <message>
        <source>SHA-256 of the model</source>
        <translation>模型的 SHA-256</translation>
    </message>
    <message>
        <source>not known yet</source>
        <translation>尚未得出</translation>
    </message>
</context>
<context>
    <name>conclave::ui::AttachmentPreview</name>
    <message>
        <source>Page %1</source>
        <translation>第 %1 页</translation>
    </message>
    <message>
        <source>sheets %1</source>
        <translation>工作表 %1</translation>
    </message>
    <message>
        <source>pages %1</source>
        <translation>第 %1 页</translation>
    </message>
    <message>
        <source>This is what the model was told of it.</source>
        <translation>这是告诉模型的内容。</translation>
    </message>
</context>
<context>
    <name>conclave::ui::BackgroundNews</name>
    <message>
        <source>The answer was broken off.</source>
        <translation>回答中断了。</translation>
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
    <message>
        <source>Calculated from %1</source>
        <translation>由 %1 计算得出</translation>
    </message>
    <message>
        <source>Compared: %1</source>
        <translation>比较：%1</translation>
    </message>
    <message>
        <source>Largest in %1: %2</source>
        <translation>%1中最大：%2</translation>
    </message>
    <message>
        <source>Smallest in %1: %2</source>
        <translation>%1中最小：%2</translation>
    </message>
    <message>
        <source>the table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1%</translation>
    </message>
    <message>
        <source>Uncertain: the digits were read as %1, but the mark stands at %2. The place was taken.</source>
        <translation>不确定：数字读作 %1，但标记位于 %2，已采用标记的位置。</translation>
    </message>
    <message>
        <source>Uncertain: the mark stands at %1, beside the number.</source>
        <translation>不确定：标记位于 %1，与数字不符。</translation>
    </message>
    <message>
        <source>Uncertain: the model gave its least sure digit only %1.</source>
        <translation>不确定：模型对最没把握的数字只给出 %1。</translation>
    </message>
    <message>
        <source>Uncertain</source>
        <translation>不确定</translation>
    </message>
    <message>
        <source>%1 px</source>
        <comment>pixels</comment>
        <translation>%1 像素</translation>
    </message>
    <message>
        <source>Added by you</source>
        <translation>由您添加</translation>
    </message>
    <message>
        <source>Changed by you; read as %1</source>
        <translation>由您修改；原识别为 %1</translation>
    </message>
    <message>
        <source>%1 from the mark that was seen to where the number belongs</source>
        <translation>识别到的标记与该数值应在位置相距 %1</translation>
    </message>
    <message>
        <source>%1 of the circle from the mark that was seen to where the number belongs</source>
        <translation>看到的标记与数字应在位置相差整圆的 %1</translation>
    </message>
    <message>
        <source>The table says: %1</source>
        <translation>表中为：%1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>cell, number</comment>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>缺失</translation>
    </message>
    <message>
        <source>New row</source>
        <translation>新行</translation>
    </message>
    <message>
        <source>New series</source>
        <translation>新系列</translation>
    </message>
    <message>
        <source>Uncertain: the picture does not show that the mark belongs to %1.</source>
        <translation>不确定：图片未能显示该标记属于“%1”。</translation>
    </message>
    <message>
        <source>Uncertain: the name %1 was read with %2.</source>
        <translation>不确定：名称“%1”的读取概率仅为 %2。</translation>
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
        <translation>%1 词元/秒</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>粘贴的图片</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>新建文件夹</translation>
    </message>
    <message>
        <source>Conclave conversations</source>
        <translation>Conclave 对话</translation>
    </message>
    <message>
        <source>%1 could not be written: %2. Choose another place.</source>
        <translation>无法写入 %1：%2。请选择其他位置。</translation>
    </message>
    <message>
        <source>Only files on this machine can be attached, not %1. Save it first.</source>
        <translation>只能附加本机上的文件，不能附加 %1。请先保存。</translation>
    </message>
    <message>
        <source>Chart</source>
        <translation>图表</translation>
    </message>
    <message>
        <source>The picture of the chart can no longer be read, so it was not saved. Attach it again and have it read anew.</source>
        <translation>图表的图片已无法读取，因此未保存。请重新附加图片并再次识别。</translation>
    </message>
    <message>
        <source>Panel of experts</source>
        <translation>专家面板</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>Looking at the picture…</source>
        <translation>正在查看图片…</translation>
    </message>
    <message>
        <source>Looking at %1 pictures…</source>
        <translation>正在查看 %1 张图片…</translation>
    </message>
    <message>
        <source>Reading… %1 %</source>
        <translation>正在读取… %1%</translation>
    </message>
</context>
<context>
    <name>conclave::ui::ContextMeter</name>
    <message>
        <source>This does not fit: it takes %1 tokens, and the model holds %2 with an answer of at least %3. Nothing is left out unless you say so.</source>
        <translation>放不下：需要 %1 个词元，而模型共容纳 %2 个，其中至少 %3 个留给回答。除非您选择，不会省略任何内容。</translation>
    </message>
    <message>
        <source>%1 of %2 tokens</source>
        <translation>%1 / %2 个词元</translation>
    </message>
    <message>
        <source>Question: %1</source>
        <translation>问题：%1</translation>
    </message>
    <message>
        <source>Attachments: %1</source>
        <translation>附件：%1</translation>
    </message>
    <message>
        <source>Said before: %1</source>
        <translation>之前的对话：%1</translation>
    </message>
    <message>
        <source>Left for the answer: %1</source>
        <translation>留给回答：%1</translation>
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
    <name>conclave::ui::DownloadListModel</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>about a minute left</source>
        <translation>大约还剩一分钟</translation>
    </message>
    <message>
        <source>%1 minutes left</source>
        <translation>还剩 %1 分钟</translation>
    </message>
    <message>
        <source>%1 · every byte as listed (SHA-256)</source>
        <translation>%1 · 每个字节都与目录一致 (SHA-256)</translation>
    </message>
    <message>
        <source>%1 · every byte as the server states (SHA-256)</source>
        <translation>%1 · 每个字节都与服务器声明一致 (SHA-256)</translation>
    </message>
    <message>
        <source>%1 · whole; nobody states a checksum to compare with</source>
        <translation>%1 · 完整；没有可供比对的校验和</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Asking for its files…</source>
        <translation>正在查询文件…</translation>
    </message>
    <message>
        <source>%1 MB/s</source>
        <translation>%1 MB/s</translation>
    </message>
    <message>
        <source>Paused at %1</source>
        <translation>已暂停于 %1</translation>
    </message>
</context>
<context>
    <name>conclave::ui::DraftAttachments</name>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>as pictures</source>
        <translation>作为图片</translation>
    </message>
    <message>
        <source>At most %1 pages of a document go as pictures; the first ones of %2 are chosen.</source>
        <translation>一个文档最多 %1 页可作为图片附上；已选择 %2 的前几页。</translation>
    </message>
    <message>
        <source>%1, page %2</source>
        <translation>%1，第 %2 页</translation>
    </message>
    <message>
        <source>Region of the picture</source>
        <translation>图片区域</translation>
    </message>
    <message>
        <source>%1 was attached here and is no longer in the data folder. Attach it again.</source>
        <translation>%1 曾添加在此处，但已不在数据文件夹中。请重新添加。</translation>
    </message>
</context>
<context>
    <name>conclave::ui::ExpertPanel</name>
    <message>
        <source>Load a model, and you see its experts here.</source>
        <translation>加载模型后，您可以在这里看到它的专家。</translation>
    </message>
    <message>
        <source>%1 is a dense model: every token passes through all of its weights, so there are no experts to choose from. In a model with experts, such as the built-in one, a router chooses a few of many for each token.</source>
        <translation>%1 是稠密模型：每个词元都经过全部权重，因此没有专家可选。在带专家的模型（例如内置模型）中，路由为每个词元从众多专家中选出几个。</translation>
    </message>
    <message>
        <source>Ask something, and you see which experts work on the answer.</source>
        <translation>提出问题，即可看到哪些专家在为回答工作。</translation>
    </message>
    <message>
        <source>%1 layers of %2 experts; a token uses at most %3</source>
        <translation>%1 层，每层 %2 个专家；每个词元最多使用 %3 个</translation>
    </message>
    <message>
        <source>Layer %1</source>
        <translation>第 %1 层</translation>
    </message>
    <message>
        <source>All layers</source>
        <translation>所有层</translation>
    </message>
    <message>
        <source>Text tokens: %1</source>
        <translation>文本词元：%1</translation>
    </message>
    <message>
        <source>The picture is read over bridges: none of its tokens passes an expert.</source>
        <translation>图片通过桥接读取：其词元均不经过专家。</translation>
    </message>
    <message>
        <source>This model sees no pictures.</source>
        <translation>此模型看不到图片。</translation>
    </message>
    <message>
        <source>Picture tokens: %1</source>
        <translation>图片词元：%1</translation>
    </message>
    <message>
        <source>The experts share the work as usual.</source>
        <translation>专家们照常分担工作。</translation>
    </message>
    <message>
        <source>Collapse in layer %1: the experts no longer share the work as usual. Utilisation %2 instead of %3, confidence %4 instead of %5.</source>
        <translation>第 %1 层发生坍缩：专家们不再照常分担工作。利用率为 %2（平时 %3），置信度为 %4（平时 %5）。</translation>
    </message>
    <message>
        <source>On the card: %1</source>
        <translation>在显卡上：%1</translation>
    </message>
    <message>
        <source>In memory: %1</source>
        <translation>在内存中：%1</translation>
    </message>
    <message>
        <source>On disk, until they are called: %1</source>
        <translation>在磁盘上，调用时读取：%1</translation>
    </message>
    <message>
        <source>On disk: %1 (hits in memory: %2)</source>
        <translation>在磁盘上：%1（内存命中率：%2）</translation>
    </message>
    <message>
        <source>In the mapped file: %1</source>
        <translation>在映射文件中：%1</translation>
    </message>
    <message>
        <source>On the card: %1 (share of the work: %2)</source>
        <translation>在显卡上：%1（承担的工作量：%2）</translation>
    </message>
    <message>
        <source>On the card: %1 of its experts</source>
        <translation>在显卡上：该层专家的 %1</translation>
    </message>
    <message>
        <source>In memory: %1 of the others</source>
        <translation>在内存中：其余专家的 %1</translation>
    </message>
    <message>
        <source>Lies on the card</source>
        <translation>在显卡上</translation>
    </message>
    <message>
        <source>Its experts lie on the card.</source>
        <translation>该层的专家在显卡上。</translation>
    </message>
    <message>
        <source>Its experts lie in the mapped file.</source>
        <translation>该层的专家在映射文件中。</translation>
    </message>
    <message>
        <source>In memory: %1 of its experts</source>
        <translation>在内存中：该层专家的 %1</translation>
    </message>
    <message>
        <source>Utilisation: %1</source>
        <translation>利用率：%1</translation>
    </message>
    <message>
        <source>Idle compute: %1</source>
        <translation>空闲算力：%1</translation>
    </message>
    <message>
        <source>Confidence: %1</source>
        <translation>置信度：%1</translation>
    </message>
    <message>
        <source>Layer %1, expert %2</source>
        <translation>第 %1 层，专家 %2</translation>
    </message>
    <message>
        <source>Share of the layer&apos;s work: %1</source>
        <translation>占该层工作量：%1</translation>
    </message>
    <message>
        <source>Works on the last token</source>
        <translation>正在处理最后一个词元</translation>
    </message>
    <message>
        <source>Experts a token: %1</source>
        <translation>每词元专家数：%1</translation>
    </message>
    <message>
        <source>The alarm is still learning what is usual: %1 more tokens of text.</source>
        <translation>警报仍在学习正常状态：还需 %1 个文本词元。</translation>
    </message>
</context>
<context>
    <name>conclave::ui::ForecastModel</name>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 词元/秒</translation>
    </message>
    <message>
        <source>Runs on this machine</source>
        <translation>可在本机运行</translation>
    </message>
    <message>
        <source>Runs, but slowly</source>
        <translation>可以运行，但很慢</translation>
    </message>
    <message>
        <source>Too large for this machine</source>
        <translation>对本机来说太大</translation>
    </message>
    <message>
        <source>Cannot be run</source>
        <translation>无法运行</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>%1; %2 at a full context</source>
        <translation>%1；上下文满时 %2</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 个词元</translation>
    </message>
    <message>
        <source>%1, forecast %2</source>
        <translation>%1，预测 %2</translation>
    </message>
    <message>
        <source>%1 of memory, forecast %2</source>
        <translation>内存 %1，预测 %2</translation>
    </message>
</context>
<context>
    <name>conclave::ui::LibraryViewModel</name>
    <message>
        <source>Reading every byte…</source>
        <translation>正在读取每个字节…</translation>
    </message>
    <message>
        <source>Every byte is as the catalogue lists it (SHA-256).</source>
        <translation>每个字节都与目录所列一致（SHA-256）。</translation>
    </message>
    <message>
        <source>These are not the bytes that the catalogue lists for a file of this name: it is another version, or damaged.</source>
        <translation>内容与目录中同名文件所列不符：它是另一个版本，或已损坏。</translation>
    </message>
    <message>
        <source>Every byte is as it was when the file was read first (SHA-256).</source>
        <translation>每个字节都与首次读取该文件时一致（SHA-256）。</translation>
    </message>
    <message>
        <source>Bytes have changed although size and date are the same: the file or its disk is damaged. Fetch it again.</source>
        <translation>大小和日期未变，字节却变了：文件或其磁盘已损坏。请重新下载。</translation>
    </message>
    <message>
        <source>Read for the first time. From now on it can be told whether a byte changes.</source>
        <translation>首次读取。今后可以判断是否有字节发生变化。</translation>
    </message>
    <message>
        <source>The file could not be read to its end, or it changed meanwhile.</source>
        <translation>文件无法读到末尾，或在读取期间发生了变化。</translation>
    </message>
    <message>
        <source>%1 billion</source>
        <translation>%1B</translation>
    </message>
    <message>
        <source>%1 million</source>
        <translation>%1M</translation>
    </message>
    <message>
        <source>Can</source>
        <translation>能力</translation>
    </message>
    <message>
        <source>Family</source>
        <translation>系列</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Experts</source>
        <translation>专家</translation>
    </message>
    <message>
        <source>%1, of which %2 answer</source>
        <translation>%1 个，其中 %2 个回答</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 个词元</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Vision</source>
        <translation>视觉</translation>
    </message>
    <message>
        <source>needs a projector file (mmproj) beside it</source>
        <translation>需要旁边有投影文件 (mmproj)</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来自</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>%1 and %2 more</source>
        <translation>%1 和另外 %2 个</translation>
    </message>
    <message>
        <source>Frees %1.</source>
        <translation>释放 %1。</translation>
    </message>
    <message>
        <source>Frees %1: %2 files.</source>
        <translation>释放 %1：%2 个文件。</translation>
    </message>
    <message>
        <source>about %1 · %2 · %3</source>
        <translation>约 %1 · %2 · %3</translation>
    </message>
    <message>
        <source>A proxy is written as http://HOST:PORT or socks5://HOST:PORT, a mirror as https://HOST.</source>
        <translation>代理写作 http://HOST:PORT 或 socks5://HOST:PORT，镜像写作 https://HOST。</translation>
    </message>
    <message>
        <source>%1 · %2 · refused</source>
        <translation>%1 · %2 · 已拒绝</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
</context>
<context>
    <name>conclave::ui::ModelListModel</name>
    <message>
        <source>%1 MB</source>
        <translation>%1 MB</translation>
    </message>
    <message>
        <source>%1 GB</source>
        <translation>%1 GB</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 个词元</translation>
    </message>
    <message>
        <source>Vision part of a model</source>
        <translation>模型的视觉部分</translation>
    </message>
    <message>
        <source>Cannot be run</source>
        <translation>无法运行</translation>
    </message>
    <message>
        <source>reads charts</source>
        <translation>读取图表</translation>
    </message>
    <message>
        <source>chats</source>
        <translation>聊天</translation>
    </message>
    <message>
        <source>sees pictures</source>
        <translation>看图片</translation>
    </message>
    <message>
        <source>continues text</source>
        <translation>续写文本</translation>
    </message>
</context>
<context>
    <name>conclave::ui::Notifier</name>
    <message>
        <source>Show the answer</source>
        <translation>显示回答</translation>
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
        <translation>%1 · %2 词元/秒</translation>
    </message>
    <message>
        <source>%1 · edited by you</source>
        <translation>%1 · 已由您编辑</translation>
    </message>
</context>
<context>
    <name>conclave::ui::TranscriptRows</name>
    <message>
        <source>Thinking…</source>
        <translation>正在思考…</translation>
    </message>
    <message>
        <source>Thoughts</source>
        <translation>思考</translation>
    </message>
    <message>
        <source>Thought for %1 s</source>
        <translation>思考了 %1 秒</translation>
    </message>
    <message>
        <source>Thought for %1 min %2 s</source>
        <translation>思考了 %1 分 %2 秒</translation>
    </message>
</context>
</TS>
