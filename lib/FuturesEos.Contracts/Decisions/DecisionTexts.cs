namespace FuturesEos.Contracts.Decisions;

/// <summary>Actions and reasons as JSON writes them.</summary>
public static class DecisionTexts
{
    private static readonly string[] Actions = ["HOLD", "BUY", "STRONG_BUY", "SELL", "STRONG_SELL"];

    private static readonly string[] Reasons =
        ["INSUFFICIENT_DATA", "DIVERGENT_SIGNALS", "VOLUME_SPIKE", "ALIGNED_SIGNALS", "MOMENTUM_SHIFT"];

    /// <summary><c>STRONG_BUY</c> and so on.</summary>
    public static string Text(this DecisionAction action) => Actions[(int)action];

    /// <summary><c>ALIGNED_SIGNALS</c> and so on.</summary>
    public static string Text(this DecisionReason reason) => Reasons[(int)reason];

    /// <summary>Whether it is one of the two strong ones.</summary>
    public static bool IsStrong(this DecisionAction action) =>
        action is DecisionAction.StrongBuy or DecisionAction.StrongSell;

    /// <summary>Reads an action's text.</summary>
    public static bool TryParse(string? text, out DecisionAction action)
    {
        action = (DecisionAction)Array.IndexOf(Actions, text);
        return action >= 0;
    }

    /// <summary>Reads a reason's text.</summary>
    public static bool TryParse(string? text, out DecisionReason reason)
    {
        reason = (DecisionReason)Array.IndexOf(Reasons, text);
        return reason >= 0;
    }
}
