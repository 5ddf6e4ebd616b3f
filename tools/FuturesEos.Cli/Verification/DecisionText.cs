using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;

namespace FuturesEos.Cli.Verification;

/// <summary>Says in what two decisions differ.</summary>
internal static class DecisionText
{
    /// <summary><c>net is 4, expected 3; signal_count is 8, expected 7</c>.</summary>
    public static string Differences(Decision expected, Decision actual)
    {
        var all = new (string Name, object Expected, object Actual)[]
        {
            ("id", expected.Id, actual.Id),
            ("signal_id", expected.SignalId, actual.SignalId),
            ("symbol", expected.Symbol, actual.Symbol),
            ("action", expected.Action.Text(), actual.Action.Text()),
            ("reason", expected.Reason.Text(), actual.Reason.Text()),
            ("confidence", expected.Confidence, actual.Confidence),
            ("suggested_price", expected.SuggestedPrice, actual.SuggestedPrice),
            ("suggested_qty", expected.SuggestedQty, actual.SuggestedQty),
            ("window_start", Timestamps.Format(expected.WindowStart), Timestamps.Format(actual.WindowStart)),
            ("window_end", Timestamps.Format(expected.WindowEnd), Timestamps.Format(actual.WindowEnd)),
            ("signal_count", expected.SignalCount, actual.SignalCount),
            ("net", expected.Net, actual.Net),
            ("timestamp", Timestamps.Format(expected.Timestamp), Timestamps.Format(actual.Timestamp)),
        };
        return string.Join("; ", all.Where(field => !field.Expected.Equals(field.Actual)).Select(
            field => FormattableString.Invariant($"{field.Name} is {field.Actual}, expected {field.Expected}")));
    }
}
