using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Contracts.Signals;
using Xunit;

namespace FuturesEos.Tests.Contracts;

public class SymbolFoldTests
{
    private const long Start = 1_763_596_800_000; // a window begins
    private const long End = Start + 300_000;
    private static int Next;

    private static Signal At(long ts) => new($"s{Next++}", "X", Side.Buy, 1, 100, Timeframe.OneMinute, ts);

    private static FoldKind Take(SymbolFold fold, long ts) => fold.Take(At(ts)).Kind;

    [Fact]
    public void a_window_takes_signals_until_its_end_and_grace_are_reached()
    {
        var fold = new SymbolFold();
        Assert.Equal(FoldKind.Decided, Take(fold, End + 29_999));
        Assert.Equal(FoldKind.Decided, Take(fold, End - 1));
        Assert.Equal(FoldKind.Decided, Take(fold, Start));
        Assert.Equal(FoldKind.Decided, Take(fold, End + 30_000)); // end + grace = stream time: closed from here on
        Assert.Equal(FoldKind.Late, Take(fold, End - 1));
        Assert.Equal(FoldKind.Decided, Take(fold, End));
    }

    [Fact]
    public void the_grace_is_what_was_asked_for()
    {
        var fold = new SymbolFold(graceMs: 0);
        Assert.Equal(FoldKind.Decided, Take(fold, End - 1));
        Assert.Equal(FoldKind.Decided, Take(fold, End));
        Assert.Equal(FoldKind.Late, Take(fold, End - 1));
    }

    [Fact]
    public void a_window_counts_its_own_signals_only()
    {
        var fold = new SymbolFold();
        Assert.Equal(1, fold.Take(At(End - 1)).Decision!.SignalCount);
        Assert.Equal(1, fold.Take(At(End)).Decision!.SignalCount);
        var third = fold.Take(At(Start)).Decision!;
        Assert.Equal((2, Start, End), (third.SignalCount, third.WindowStart, third.WindowEnd));
        Assert.Equal(2, fold.Take(At(End + 1)).Decision!.SignalCount);
    }

    [Fact]
    public void a_duplicate_gives_nothing_and_changes_nothing()
    {
        var fold = new SymbolFold();
        var signal = At(Start);
        var first = fold.Take(signal);
        var second = fold.Take(signal with { Qty = 99, Side = Side.Sell }); // the same id: the same signal
        Assert.Equal((FoldKind.Duplicate, first.SignalId), (second.Kind, second.SignalId));
        Assert.Null(second.Decision);
        var third = fold.Take(At(Start)).Decision!;
        Assert.Equal((2, 2), (third.SignalCount, third.Net));
    }

    [Fact]
    public void a_duplicate_of_a_closed_window_is_late()
    {
        var fold = new SymbolFold();
        var signal = At(Start);
        fold.Take(signal);
        fold.Take(At(End + 30_000));
        var late = fold.Take(signal);
        Assert.Equal(FoldKind.Late, late.Kind);
        Assert.Equal("LATE", late.Refusal.Code);
        Assert.Equal("its window ended 2025-11-20T00:05:00Z and the symbol's stream time is 2025-11-20T00:05:30Z",
            late.Refusal.Detail);
    }

    [Fact]
    public void stream_time_moves_forward_only_and_closed_windows_go()
    {
        var fold = new SymbolFold();
        Assert.Equal(-1, fold.StreamTime);
        for (var i = 0; i < 1000; i++)
        {
            Take(fold, Start + (i * 60_000));
            Take(fold, Start);
            Assert.Equal(Start + (i * 60_000), fold.StreamTime);
            Assert.InRange(fold.OpenWindows, 1, 2);
        }
    }

    [Fact]
    public void the_first_window_of_time_is_a_window_too()
    {
        var fold = new SymbolFold();
        Assert.Equal(0, fold.Take(At(1)).Decision!.WindowStart);
        Assert.Equal(4102444500000, fold.Take(At(4102444799999)).Decision!.WindowStart);
    }
}
