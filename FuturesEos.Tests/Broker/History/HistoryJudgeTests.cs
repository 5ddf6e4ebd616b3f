using Xunit;

namespace FuturesEos.Tests.Broker.History;

/// <summary>The judge finds each kind of violation where it was planted, and nothing in a right history.</summary>
public class HistoryJudgeTests
{
    private const string First = "in 0";
    private const string Second = "in 1";
    private const string Out = "out 0";

    // in 0: 1 2 | marker | (5 6 aborted, marker) 9 | marker; in 1: 3 | marker | 10 | marker | 11, in no transaction
    // out 0: one made of each, in two transactions; what was made of 1 the first time was aborted
    private static List<Transaction> Transactions =>
    [
        new("a", Outcome.Committed, [new(First, 1, 0), new(First, 2, 1), new(Second, 3, 0)], Decided: 100),
        new("b", Outcome.Aborted, [new(First, 5, 3), new(First, 6, 4)], Decided: long.MaxValue),
        new("c", Outcome.Unknown, [new(First, 9, 6), new(Second, 10, null)], Decided: 200),
        new("d", Outcome.Committed, [new(Second, 11, 4)]),
        new("e", Outcome.Unknown, [new(Second, 12, null)]),
        new("copy", Outcome.Aborted, [new(Out, 20, 0, 1)], Decided: long.MaxValue),
        new("copy again", Outcome.Committed, [new(Out, 21, 2, 1), new(Out, 22, 3, 2), new(Out, 23, 4, 3)], 300),
        new("copy more", Outcome.Committed, [new(Out, 29, 6, 9), new(Out, 30, 7, 10), new(Out, 31, 8, 11)], 400),
    ];

    private static List<Pass> Passes =>
    [
        new("early", First, 0, false, Seen("0:1 1:2", at: 150)),
        new("last", First, 0, true, Seen("0:1 1:2 6:9")),
        new("last", Second, 0, true, Seen("0:3 2:10 4:11")),
        new("last", Out, 0, true, Seen("2:21 3:22 4:23 6:29 7:30 8:31")),
    ];

    [Fact]
    public void a_right_history_is_right() => Assert.Empty(HistoryJudge.Judge(Transactions, Passes));

    [Fact]
    public void an_unknown_transaction_may_be_there_or_not()
    {
        var (transactions, passes) = (Transactions, Passes);
        transactions[^1] = new("copy more", Outcome.Committed, [new(Out, 31, 6, 11)], Decided: 400);
        passes[1] = passes[1] with { Seen = Seen("0:1 1:2") };
        passes[2] = passes[2] with { Seen = Seen("0:3 4:11") };
        passes[3] = passes[3] with { Seen = Seen("2:21 3:22 4:23 6:31") };
        Assert.Empty(HistoryJudge.Judge(transactions, passes));
    }

    [Theory]
    [InlineData("lost write", 1, "0:1 6:9")]
    [InlineData("lost write", 2, "0:3 2:10")]
    [InlineData("torn transaction", 1, "0:1 1:2")]
    [InlineData("aborted read", 1, "0:1 1:2 3:5 6:9")]
    [InlineData("aborted read", 0, "0:1 1:2 3:5")]
    [InlineData("precommitted read", 0, "0:1 1:2", 99)]
    [InlineData("duplicate", 1, "0:1 1:2 2:2 6:9")]
    [InlineData("nonmonotonic read", 1, "1:2 0:1 6:9")]
    [InlineData("read from nowhere", 1, "0:1 1:2 2:77 6:9")]
    [InlineData("moved", 1, "0:1 1:2 7:9")]
    [InlineData("moved", 1, "0:1 1:2 6:9 7:10")]
    [InlineData("inconsistent offset", 0, "0:1 1:9")]
    [InlineData("passed over", 0, "1:2")]
    [InlineData("effect lost", 3, "2:21 3:22 6:29 7:30 8:31")]
    [InlineData("effect lost", 2, "0:3 2:10 4:11 5:12")]
    [InlineData("effect twice", 3, "0:20 2:21 3:22 4:23 6:29 7:30 8:31")]
    [InlineData("effect of nothing", 2, "0:3 2:10")]
    public void a_planted_violation_is_found(string kind, int pass, string seen, long at = 1000)
    {
        var passes = Passes;
        passes[pass] = passes[pass] with { Seen = Seen(seen, at) };
        Assert.Contains(HistoryJudge.Judge(Transactions, passes), v => v.StartsWith(kind, StringComparison.Ordinal));
    }

    // offset:value …
    private static List<(long Offset, int Value, long At)> Seen(string text, long at = 1000) =>
        [.. text.Split(' ').Select(s => s.Split(':')).Select(s => (long.Parse(s[0]), int.Parse(s[1]), at))];
}
