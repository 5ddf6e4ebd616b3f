namespace FuturesEos.Contracts.Orders;

/// <summary>What makes an order of a decision.</summary>
public sealed class OrderRuleOptions
{
    /// <summary>Adjusted confidence from which on there is an order; at least 0 and below 1.</summary>
    public decimal Threshold { get; init; } = 0.65m;

    /// <summary>Quantity at the threshold; above 0 when rounded to two decimals.</summary>
    public decimal Base { get; init; } = 1;

    /// <summary>Quantity at confidence 1; not below <see cref="Base"/>.</summary>
    public decimal Max { get; init; } = 10;

    /// <summary>What is wrong with the values, or null.</summary>
    public string? Validate() => this switch
    {
        { Threshold: < 0 or >= 1 } => $"the threshold is {Threshold}: it must be at least 0 and below 1",
        { Base: < 0.005m } => $"the base quantity is {Base}: rounded to two decimals it must be above 0",
        _ when Max < Base => $"the largest quantity {Max} is below the base quantity {Base}",
        _ => null,
    };
}
