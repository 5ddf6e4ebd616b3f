namespace FuturesEos.Contracts.Json;

/// <summary>The fields of an object that its reader asks for; all others are unknown to it.</summary>
internal interface IFieldNames
{
    /// <summary>How many there are.</summary>
    static abstract int Count { get; }

    /// <summary>The index of a name; −1 for an unknown one.</summary>
    static abstract int IndexOf(ReadOnlySpan<byte> name);
}
