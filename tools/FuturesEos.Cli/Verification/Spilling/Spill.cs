namespace FuturesEos.Cli.Verification.Spilling;

/// <summary>
/// Items in buckets on disk, by the hash of what they are compared by: what belongs together is in the same bucket of
/// every spill, and one bucket at a time is in memory. Each bucket keeps its items in the order in which they came.
/// Little stays in memory altogether.
/// </summary>
/// <param name="write">Writes an item.</param>
/// <param name="read">Reads one.</param>
internal sealed class Spill<T>(Action<BinaryWriter, T> write, Func<BinaryReader, T> read) : IDisposable
{
    private const int BlockBytes = 8 << 10;

    private readonly SpillFile _file = new();
    private readonly Bucket?[] _buckets = new Bucket?[Buckets.Count];

    /// <summary>How many items there are.</summary>
    public long Count { get; private set; }

    /// <summary>Adds an item.</summary>
    public void Add(int bucket, T item)
    {
        var into = _buckets[bucket] ??= new Bucket();
        write(into.Writer, item);
        Count++;
        if (into.Latest.Length < BlockBytes) return;
        var block = into.Latest.GetBuffer().AsSpan(0, (int)into.Latest.Length);
        into.Blocks.Add((_file.Append(block), block.Length));
        into.Latest.SetLength(0);
    }

    /// <summary>A bucket's items, in the order in which they were added.</summary>
    public IEnumerable<T> Read(int bucket)
    {
        if (_buckets[bucket] is not { } from) yield break;
        foreach (var (at, length) in from.Blocks)
        {
            var block = new byte[length];
            _file.Read(at, block);
            foreach (var item in Items(new MemoryStream(block))) yield return item;
        }

        var rest = new MemoryStream(from.Latest.GetBuffer(), 0, (int)from.Latest.Length);
        foreach (var item in Items(rest)) yield return item;
    }

    /// <summary>All items.</summary>
    public IEnumerable<T> ReadAll() => Enumerable.Range(0, Buckets.Count).SelectMany(Read);

    public void Dispose() => _file.Dispose();

    private IEnumerable<T> Items(MemoryStream stream)
    {
        using var reader = new BinaryReader(stream);
        while (stream.Position < stream.Length) yield return read(reader);
    }

    private sealed class Bucket
    {
        public Bucket() => Writer = new BinaryWriter(Latest);

        public MemoryStream Latest { get; } = new();

        public BinaryWriter Writer { get; }

        public List<(long At, int Length)> Blocks { get; } = [];
    }
}
