using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Contracts.Orders;

namespace FuturesEos.Cli.Verification;

/// <summary>What the pipeline was started with, as far as its results depend on it.</summary>
internal sealed class VerifyOptions
{
    /// <summary>The processor's consumer group; its offsets tell what of the signals it has taken.</summary>
    public string ApplicationId { get; init; } = Topics.DefaultApplicationId;

    /// <summary>What the names of decisions and dead letters begin with.</summary>
    public string OutputPrefix { get; init; } = Topics.DefaultPrefix;

    /// <summary>The name under which the order manager keeps its progress.</summary>
    public string OrdersGroup { get; init; } = "order-manager";

    /// <summary>How long after its end a window takes signals, in milliseconds.</summary>
    public long GraceMs { get; init; } = WindowTime.DefaultGraceMs;

    /// <summary>What makes an order of a decision.</summary>
    public OrderRuleOptions Orders { get; init; } = new();

    /// <summary>
    /// How long what was there at the start may take on its way to the end, before it counts as missing.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The topic of decisions.</summary>
    public string DecisionTopic => Topics.Decisions(OutputPrefix);

    /// <summary>The topic of dead letters.</summary>
    public string DeadLetterTopic => Topics.DeadLetters(OutputPrefix);
}
