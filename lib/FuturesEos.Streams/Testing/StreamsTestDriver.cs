using Confluent.Kafka;
using FuturesEos.Streams.Input;
using FuturesEos.Streams.State;
using FuturesEos.Streams.Tasks;

namespace FuturesEos.Streams.Testing;

/// <summary>
/// Runs processors without a broker, a thread or a clock: records in, records and state out. Records are taken in the
/// engine's own order, state is staged and committed as the engine does it, and what would be a crash, an abort or a
/// restart is a call. Time is what the records say, so a test decides it.
/// </summary>
/// <remarks>
/// <code>
/// var driver = new StreamsTestDriver(["lines"], _ => new WordCount());
/// driver.Send("lines", null, "one two one"u8.ToArray(), timestampMs: 0);
/// driver.Run();
/// Assert.Equal(3, driver.Outputs.Count);
/// </code>
/// For one thread.
/// </remarks>
/// <param name="inputTopics">The co-partitioned topics read,
/// in the order that decides between equal timestamps.</param>
/// <param name="makeProcessor">Makes the processor of a task, as <see cref="StreamsHost"/> takes it.</param>
public sealed class StreamsTestDriver(IReadOnlyList<string> inputTopics, Func<TaskId, ITaskProcessor> makeProcessor)
{
    private readonly SortedDictionary<int, TestTask> _tasks = [];
    private readonly List<TestOutput> _committed = [];
    private readonly List<TestOutput> _open = [];

    /// <summary>What was emitted and committed, in order; a test that runs long clears it.</summary>
    public IList<TestOutput> Outputs => _committed;

    /// <summary>What was emitted in the open transaction: a reader of committed records does not see it.</summary>
    public IReadOnlyList<TestOutput> Uncommitted => _open;

    /// <summary>Appends a record to a partition of an input topic; nothing is processed yet.</summary>
    /// <exception cref="ArgumentException">The topic is not an input.</exception>
    public void Send(
        string topic, byte[]? key, byte[]? value, long timestampMs, Headers? headers = null, int partition = 0)
    {
        var index = IndexOf(topic);
        TaskOf(partition).Append(index, key, value, timestampMs, headers);
    }

    /// <summary>
    /// Processes, in the open transaction, what was sent: partition by partition, in each the smallest timestamp first.
    /// </summary>
    /// <param name="limit">How many records at most.</param>
    /// <returns>How many there were.</returns>
    public int Process(int limit = int.MaxValue)
    {
        var taken = 0;
        foreach (var task in _tasks.Values)
        {
            while (taken < limit && task.ProcessNext())
                taken++;
        }

        return taken;
    }

    /// <summary>Commits: state, outputs and positions at once.</summary>
    public void Commit()
    {
        foreach (var task in _tasks.Values)
            task.Commit();
        _committed.AddRange(_open);
        _open.Clear();
    }

    /// <summary>Processes everything and commits.</summary>
    /// <returns>How many records there were.</returns>
    public int Run()
    {
        var taken = Process();
        Commit();
        return taken;
    }

    /// <summary>Aborts and rewinds: what was processed since the last commit leaves no trace and comes again.</summary>
    public void Abort()
    {
        foreach (var task in _tasks.Values)
            task.Rewind();
        _open.Clear();
    }

    /// <summary>
    /// Another process goes on from what is committed: new processors, over state as the changelog has it.
    /// </summary>
    public void Restart()
    {
        _open.Clear();
        foreach (var task in _tasks.Values)
            task.Restart(makeProcessor(task.Id));
    }

    /// <summary>The committed value of a key, or null.</summary>
    public byte[]? StateOf(ReadOnlySpan<byte> key, int partition = 0) => TaskOf(partition).Store.Get(key);

    /// <summary>All committed state of a partition, in the order of the keys' bytes.</summary>
    public IReadOnlyList<KeyValuePair<byte[], byte[]>> StateOf(int partition = 0)
    {
        var all = new List<KeyValuePair<byte[], byte[]>>();
        TaskOf(partition).Store.Scan([], int.MaxValue, all);
        return all;
    }

    private TestTask TaskOf(int partition)
    {
        if (!_tasks.TryGetValue(partition, out var task))
        {
            var id = new TaskId(partition);
            _tasks.Add(partition, task = new TestTask(id, inputTopics, makeProcessor(id), Take));
        }

        return task;
    }

    private void Take(string topic, Message<byte[]?, byte[]?> message) => _open.Add(
        new TestOutput(topic, message.Key, message.Value, message.Timestamp.UnixTimestampMs, message.Headers));

    private int IndexOf(string topic)
    {
        for (var i = 0; i < inputTopics.Count; i++)
        {
            if (inputTopics[i] == topic)
                return i;
        }

        throw new ArgumentException(
            $"'{topic}' is none of the input topics ({string.Join(", ", inputTopics)}).", nameof(topic));
    }

    /// <summary>One partition number: its input and what was read of it, its state, its processor.</summary>
    private sealed class TestTask
    {
        private readonly PartitionGroup _input;
        private readonly IReadOnlyList<string> _topics;
        private readonly Action<string, Message<byte[]?, byte[]?>> _send;
        private readonly List<ConsumeResult<byte[]?, byte[]?>>[] _pending;
        private readonly long[] _ends;
        private ITaskProcessor _processor;
        private StateStore _state;
        private TaskContext _context;
        private long _changelogEnd;

        public TestTask(
            TaskId id,
            IReadOnlyList<string> topics,
            ITaskProcessor processor,
            Action<string, Message<byte[]?, byte[]?>> send)
        {
            Id = id;
            _topics = topics;
            _send = send;
            _input = new PartitionGroup(topics, id.Partition);
            _pending = [.. topics.Select(_ => new List<ConsumeResult<byte[]?, byte[]?>>())];
            _ends = new long[topics.Count];
            _processor = processor;
            _state = new StateStore(Store);
            _context = new TaskContext(id, _state, send);
            for (var i = 0; i < topics.Count; i++)
                _input.Queues[i].IsAt(0);
        }

        public TaskId Id { get; }

        public MemoryStore Store { get; } = new();

        public void Append(int topic, byte[]? key, byte[]? value, long timestampMs, Headers? headers)
        {
            var record = new ConsumeResult<byte[]?, byte[]?>
            {
                Topic = _topics[topic],
                Partition = Id.Partition,
                Offset = _ends[topic]++,
                Message = new Message<byte[]?, byte[]?>
                {
                    Key = key,
                    Value = value,
                    Timestamp = new Timestamp(timestampMs, TimestampType.CreateTime),
                    Headers = headers ?? [],
                },
            };
            _pending[topic].Add(record);
            _input.Add(topic, record);
        }

        public bool ProcessNext()
        {
            _input.EndsAre(_ends);
            if (!_input.TryTake(out var record))
                return false;
            _processor.Process(in record, _context);
            return true;
        }

        public void Commit()
        {
            _processor.BeforeCommit(_context);
            _changelogEnd += _state.Staged.Count;
            _state.ApplyStaged(new ChangelogPosition("test", "", Id.Partition, _changelogEnd, 0));
            _processor.AfterCommit();
            foreach (var queue in _input.Queues)
            {
                if (queue.NextOffset >= 0)
                    _pending[queue.TopicIndex].RemoveAll(r => r.Offset.Value < queue.NextOffset);
            }

            _input.Committed();
        }

        public void Rewind()
        {
            _state.DropStaged();
            _processor.Forget();
            _input.Reset();
            for (var i = 0; i < _topics.Count; i++)
            {
                foreach (var record in _pending[i])
                    _input.Add(i, record);
                if (_pending[i].Count == 0)
                    _input.Queues[i].IsAt(_ends[i]);
            }
        }

        public void Restart(ITaskProcessor processor)
        {
            _processor = processor;
            _state = new StateStore(Store);
            _context = new TaskContext(Id, _state, _send);
            Rewind();
        }
    }
}
