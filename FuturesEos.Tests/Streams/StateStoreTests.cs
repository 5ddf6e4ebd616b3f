using System.Text;
using FuturesEos.Streams.State;
using Xunit;

namespace FuturesEos.Tests.Streams;

public class StateStoreTests
{
    private readonly MemoryStore _committed = new();
    private readonly StateStore _store;

    public StateStoreTests()
    {
        _committed.Apply([new("a"u8.ToArray(), "1"u8.ToArray()), new("b"u8.ToArray(), "2"u8.ToArray())], At(2));
        _store = new StateStore(_committed);
    }

    [Fact]
    public void staged_writes_hide_what_is_committed()
    {
        _store.Put("a"u8, "9"u8.ToArray());
        _store.Delete("b"u8);
        Assert.Equal("9", Text(_store.Get("a"u8)));
        Assert.Null(_store.Get("b"u8));
        Assert.Equal("1", Text(_committed.Get("a"u8)));
        Assert.Equal("2", Text(_committed.Get("b"u8)));
    }

    [Fact]
    public void an_aborted_transaction_leaves_no_trace()
    {
        _store.Put("a"u8, "9"u8.ToArray());
        _store.Put("new"u8, "9"u8.ToArray());
        _store.DropStaged();
        Assert.Equal("1", Text(_store.Get("a"u8)));
        Assert.Null(_store.Get("new"u8));
        Assert.Empty(_store.Staged);
    }

    [Fact]
    public void a_committed_transaction_is_there_with_its_position()
    {
        _store.Put("a"u8, "9"u8.ToArray());
        _store.ApplyStaged(At(3));
        Assert.Equal("9", Text(_committed.Get("a"u8)));
        Assert.Equal(3, _committed.Position!.Offset);
        Assert.Empty(_store.Staged);
    }

    [Fact]
    public void a_key_is_in_the_changelog_once_in_the_order_of_its_first_touch()
    {
        _store.Put("z"u8, "1"u8.ToArray());
        _store.Put("a"u8, "1"u8.ToArray());
        _store.Put("z"u8, "2"u8.ToArray());
        Assert.Equal(["z=2", "a=1"], _store.Staged.Select(e => $"{Encoding.UTF8.GetString(e.Key)}={Text(e.Value)}"));
    }

    [Fact]
    public void a_scan_sees_both_layers_in_order()
    {
        _store.Put("aa"u8, "3"u8.ToArray());
        _store.Delete("a"u8);
        Assert.Equal(["aa=3", "b=2"], Scan("", 10));
        Assert.Equal(["aa=3"], Scan("", 1));
        Assert.Equal(["aa=3"], Scan("a", 10));
    }

    [Fact]
    public void an_empty_key_is_refused() => Assert.Throws<ArgumentException>(() => _store.Put([], []));

    private List<string> Scan(string prefix, int limit) =>
        [.. _store.Scan(Encoding.UTF8.GetBytes(prefix), limit).Select(e => $"{Encoding.UTF8.GetString(e.Key)}={Text(e.Value)}")];

    private static ChangelogPosition At(long offset) => new("changelog", "id", 0, offset, 1000);

    private static string? Text(byte[]? value) => value is null ? null : Encoding.UTF8.GetString(value);
}
