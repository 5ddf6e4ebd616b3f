using FuturesEos.Contracts.Decisions;
using FuturesEos.Contracts.Signals;

namespace FuturesEos.Tests.Conformance;

/// <summary>What our contract makes of a record: the reader and a fold for each symbol.</summary>
internal sealed class OurFold
{
    private readonly Dictionary<string, SymbolFold> _symbols = [];

    /// <summary>The decision that the latest record gave; none when it gave none.</summary>
    public Decision? Last { get; private set; }

    /// <summary>A decision's text, a refusal's code, or <c>X</c> for a duplicate.</summary>
    public string Take(PeerRecord record)
    {
        Last = null;
        if (!SignalReader.TryRead(record.Key,
            record.Value, record.Topic, record.TimestampMs, out var signal, out var refusal)) return refusal.Code;
        if (!_symbols.TryGetValue(signal.Symbol, out var fold)) _symbols.Add(signal.Symbol, fold = new SymbolFold());
        var result = fold.Take(signal);
        Last = result.Decision;
        return result.Kind switch
        {
            FoldKind.Decided => Text(result.Decision!),
            FoldKind.Late => result.Refusal.Code,
            _ => "X",
        };
    }

    /// <summary>A decision's text: equal when all its fields are, however its numbers and times were written.</summary>
    public static string Text(Decision decision) => decision with
    {
        Confidence = decision.Confidence / 1.0000000000000000000000000000m, // takes trailing zeros off
        SuggestedPrice = decision.SuggestedPrice / 1.0000000000000000000000000000m,
        SuggestedQty = decision.SuggestedQty / 1.0000000000000000000000000000m,
    } is var plain ? plain.ToString() : "";
}
