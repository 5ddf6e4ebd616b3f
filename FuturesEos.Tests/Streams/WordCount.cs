using System.Buffers.Binary;
using System.Text;
using FuturesEos.Streams;

namespace WordCounting;

/// <summary>Counts words; lies word for word in the library's README.</summary>
internal sealed class WordCount : ITaskProcessor
{
    public void Process(in InputRecord record, TaskContext context)
    {
        foreach (var word in Encoding.UTF8.GetString(record.Value ?? []).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var key = Encoding.UTF8.GetBytes(word);
            var count = context.State.Get(key) is { } stored ? BinaryPrimitives.ReadInt64BigEndian(stored) + 1 : 1;
            var bytes = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(bytes, count);
            context.State.Put(key, bytes);
            context.Emit("counts", key, Encoding.UTF8.GetBytes($"{count}"), record.TimestampMs, headers: null);
        }
    }

    public void BeforeCommit(TaskContext context) { }

    public void AfterCommit() { }

    public void Forget() { }

    /// <summary>Until Ctrl-C; kill it, start it again: every word is counted once.</summary>
    public static Task RunAsync(string bootstrapServers, string folder, CancellationToken stop) => new StreamsHost(
        new StreamsOptions
        {
            ApplicationId = "word-count",
            BootstrapServers = bootstrapServers,
            InputTopics = ["lines"],
            StoreName = "words", // topics: lines, counts and word-count-words-changelog (compacted), partitioned alike
            StateDirectory = folder,
        },
        _ => new WordCount(),
        Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance).RunAsync(stop);
}
