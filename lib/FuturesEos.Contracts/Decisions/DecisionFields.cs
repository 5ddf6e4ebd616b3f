using FuturesEos.Contracts.Json;

namespace FuturesEos.Contracts.Decisions;

/// <summary>The fields of a decision.</summary>
internal readonly struct DecisionFields : IFieldNames
{
    private static readonly string[] Names =
    [
        "id", "signal_id", "symbol", "action", "reason", "confidence", "suggested_price", "suggested_qty",
        "window_start", "window_end", "signal_count", "net", "timestamp",
    ];

    public static int Count => Names.Length;

    public static int IndexOf(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            if (System.Text.Ascii.Equals(name, Names[i])) return i;
        }

        return -1;
    }

    public static int IndexOf(string name) => Array.IndexOf(Names, name);
}
