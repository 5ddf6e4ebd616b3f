using System.Text;
using FuturesEos.Streams.Errors;
using FuturesEos.Streams.State;
using FuturesEos.Streams.State.RocksDb;
using Xunit;

namespace FuturesEos.Tests.Streams;

/// <summary>One suite for both committed stores, and what only the one on disk can suffer.</summary>
public sealed class CommittedStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("eos-store-").FullName;

    public static TheoryData<bool> Both => [true, false];

    [Theory]
    [MemberData(nameof(Both))]
    public void changes_and_position_are_there_together(bool onDisk)
    {
        using var store = Open(onDisk);
        Assert.Null(store.Position);
        store.Apply([Put("a", "1"), Put("b", "2")], At(2));
        store.Apply([Put("a", "3"), Delete("b"), Put("c", "")], At(5));
        Assert.Equal("3", Text(store.Get("a"u8)));
        Assert.Null(store.Get("b"u8));
        Assert.Equal("", Text(store.Get("c"u8)));
        Assert.Equal(At(5), store.Position);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void of_one_key_in_a_log_the_latest_change_wins(bool onDisk)
    {
        using var store = Open(onDisk);
        store.ApplyLog([Put("b", "1"), Put("c", "1"), Put("a", "1"), Delete("a"), Delete("b"), Put("c", "2"), Put("b", "2")], At(7));
        Assert.Equal(["b=2", "c=2"], Scan(store, "", 10));
        Assert.Equal(At(7), store.Position);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void a_scan_finds_a_prefix_in_order_and_stops_at_its_limit(bool onDisk)
    {
        using var store = Open(onDisk);
        store.Apply([Put("b2", "x"), Put("b1", "y"), Put("a", "z"), Put("c", "w"), Put("b", "v")], At(1));
        Assert.Equal(["b=v", "b1=y", "b2=x"], Scan(store, "b", 10));
        Assert.Equal(["b=v", "b1=y"], Scan(store, "b", 2));
        Assert.Equal(["a=z", "b=v", "b1=y", "b2=x", "c=w"], Scan(store, "", 10));
        Assert.Empty(Scan(store, "d", 10));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void a_wipe_leaves_nothing(bool onDisk)
    {
        using var store = Open(onDisk);
        store.Apply([Put("a", "1")], At(1));
        store.Wipe();
        Assert.Null(store.Position);
        Assert.Empty(Scan(store, "", 10));
        store.Apply([Put("b", "2")], At(2));
        Assert.Equal("2", Text(store.Get("b"u8)));
    }

    [Fact]
    public void a_store_on_disk_comes_back_as_it_was()
    {
        using (var store = new RocksDbStore(_folder)) store.Apply([Put("a", "1")], At(7));
        using var again = new RocksDbStore(_folder);
        Assert.Equal(At(7), again.Position);
        Assert.Equal("1", Text(again.Get("a"u8)));
    }

    [Fact]
    public void a_store_whose_files_are_damaged_is_named_corrupted()
    {
        using (var store = new RocksDbStore(_folder)) store.Apply([Put("a", "1")], At(7));
        foreach (var manifest in Directory.GetFiles(_folder, "MANIFEST*")) File.WriteAllBytes(manifest, new byte[64]);
        Assert.True(Assert.Throws<RocksDbException>(() => new RocksDbStore(_folder)).IsCorruption);
    }

    [Fact]
    public void a_store_whose_manifest_is_gone_is_named_corrupted()
    {
        using (var store = new RocksDbStore(_folder)) store.Apply([Put("a", "1")], At(7));
        foreach (var manifest in Directory.GetFiles(_folder, "MANIFEST*")) File.Delete(manifest);
        Assert.True(Assert.Throws<RocksDbException>(() => new RocksDbStore(_folder)).IsCorruption);
    }

    [Fact]
    public void a_scan_over_a_damaged_block_is_refused_and_not_cut_short()
    {
        using (var store = new RocksDbStore(_folder))
        {
            // more than the memtable takes, so that files are written
            for (var batch = 0; batch < 8; batch++) store.Apply(Enumerable.Range(0, 1000).Select(i => Put($"k{batch}-{i:0000}", new string('v', 1000))), At(batch));
        }

        var file = Directory.GetFiles(_folder, "*.sst").Order().First();
        var bytes = File.ReadAllBytes(file);
        bytes.AsSpan(bytes.Length / 2, 100).Fill(0xFF);
        File.WriteAllBytes(file, bytes);
        using var damaged = new RocksDbStore(_folder);
        Assert.Throws<TaskCorruptedException>(() => Scan(damaged, "k", int.MaxValue));
    }

    [Fact]
    public void a_store_that_somebody_else_has_open_is_not_corrupted()
    {
        using var store = new RocksDbStore(_folder);
        Assert.False(Assert.Throws<RocksDbException>(() => new RocksDbStore(_folder)).IsCorruption);
    }

    [Fact]
    public void a_thousand_keys_in_one_batch_survive_another_thousand_batches()
    {
        using var store = new RocksDbStore(_folder);
        for (var batch = 1; batch <= 1000; batch++)
            store.Apply(Enumerable.Range(0, batch == 1 ? 1000 : 1).Select(i => Put($"k{i}", $"v{batch}")), At(batch));
        Assert.Equal("v1000", Text(store.Get("k0"u8)));
        Assert.Equal("v1", Text(store.Get("k999"u8)));
        Assert.Equal(1000, Scan(store, "k", int.MaxValue).Count);
    }

    [Fact]
    public void a_position_record_is_read_back_and_nothing_else_is_taken_for_one()
    {
        var position = new ChangelogPosition("app-store-changelog", "abc", 2, 1234, 1_763_596_800_000);
        var bytes = position.ToBytes();
        Assert.Equal(position, ChangelogPosition.FromBytes(bytes));
        Assert.Null(ChangelogPosition.FromBytes([]));
        Assert.Null(ChangelogPosition.FromBytes(bytes.AsSpan(0, bytes.Length - 1)));
        bytes[0] = 9;
        Assert.Null(ChangelogPosition.FromBytes(bytes));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ICommittedStore Open(bool onDisk) => onDisk ? new RocksDbStore(_folder) : new MemoryStore();

    private static ChangelogPosition At(long offset) => new("changelog", "id", 1, offset, 1000);

    private static KeyValuePair<byte[], byte[]?> Put(string key, string value) => new(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));

    private static KeyValuePair<byte[], byte[]?> Delete(string key) => new(Encoding.UTF8.GetBytes(key), null);

    private static string? Text(byte[]? value) => value is null ? null : Encoding.UTF8.GetString(value);

    private static List<string> Scan(ICommittedStore store, string prefix, int limit)
    {
        var found = new List<KeyValuePair<byte[], byte[]>>();
        store.Scan(Encoding.UTF8.GetBytes(prefix), limit, found);
        return found.ConvertAll(e => $"{Encoding.UTF8.GetString(e.Key)}={Encoding.UTF8.GetString(e.Value)}");
    }
}
