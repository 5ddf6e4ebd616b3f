using Xunit;

namespace FuturesEos.Tests.Broker.History;

/// <summary>The judge finds each kind of violation where it was planted, and nothing in a right history.</summary>
public class HistoryJudgeTests
{
    // partition 0: 1 2 | marker | (5 6 aborted, marker) 9 | marker; partition 1: 3 | marker | 10 | marker
    private static List<Transaction> Transactions =>
    [
        new("a", Outcome.Committed, [(0, 1, 0), (0, 2, 1), (1, 3, 0)]),
        new("b", Outcome.Aborted, [(0, 5, 3), (0, 6, 4)]),
        new("c", Outcome.Unknown, [(0, 9, 6), (1, 10, 2)]),
    ];

    private static List<Pass> Passes =>
    [
        new("early", 0, 0, false, [(0, 1), (1, 2)]),
        new("last", 0, 0, true, [(0, 1), (1, 2), (6, 9)]),
        new("last", 1, 0, true, [(0, 3), (2, 10)]),
    ];

    [Fact]
    public void a_right_history_is_right() => Assert.Empty(HistoryJudge.Judge(Transactions, Passes));

    [Fact]
    public void an_unknown_transaction_may_be_there_or_not()
    {
        var passes = Passes;
        passes[1] = passes[1] with { Seen = [(0, 1), (1, 2)] };
        passes[2] = passes[2] with { Seen = [(0, 3)] };
        Assert.Empty(HistoryJudge.Judge(Transactions, passes));
    }

    [Theory]
    [InlineData("lost write", 1, "0:1 6:9")]
    [InlineData("torn transaction", 1, "0:1 1:2")]
    [InlineData("aborted read", 1, "0:1 1:2 3:5 6:9")]
    [InlineData("duplicate", 1, "0:1 1:2 2:2 6:9")]
    [InlineData("nonmonotonic read", 1, "1:2 0:1 6:9")]
    [InlineData("read from nowhere", 1, "0:1 1:2 2:77 6:9")]
    [InlineData("moved", 1, "0:1 1:2 7:9")]
    [InlineData("inconsistent offset", 0, "0:1 1:9")]
    [InlineData("passed over", 0, "1:2")]
    [InlineData("aborted read", 0, "0:1 1:2 3:5")]
    public void a_planted_violation_is_found(string kind, int pass, string seen)
    {
        var passes = Passes;
        passes[pass] = passes[pass] with
        {
            Start = kind == "passed over" ? 0 : passes[pass].Start,
            Seen = [.. seen.Split(' ').Select(s => s.Split(':')).Select(s => (long.Parse(s[0]), int.Parse(s[1])))],
        };
        if (kind == "passed over") passes[pass] = passes[pass] with { Seen = [(1, 2)] };
        Assert.Contains(HistoryJudge.Judge(Transactions, passes), v => v.StartsWith(kind, StringComparison.Ordinal));
    }
}
