using System.Globalization;
using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Faults;

/// <summary>
/// One planned fault: it meets the request of an API with a number, counted from 1 since the broker's start.
/// </summary>
/// <param name="Api">The API.</param>
/// <param name="Number">1 for the first request of that API.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Milliseconds">For <see cref="FaultKind.Delay"/> and <see cref="FaultKind.Late"/>.</param>
/// <param name="Error">For <see cref="FaultKind.Refuse"/>.</param>
public sealed record Fault(
    ApiKey Api, int Number, FaultKind Kind, int Milliseconds = 0, KafkaError Error = KafkaError.None)
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It is no fault; the text says what is expected.</exception>
    public static Fault Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length is 3 or 4
            && Enum.TryParse<ApiKey>(words[0], ignoreCase: true, out var api)
            && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && Enum.TryParse<FaultKind>(words[2], ignoreCase: true, out var kind))
        {
            switch (kind)
            {
                case FaultKind.Drop or FaultKind.Double when words.Length == 3:
                    return new Fault(api, number, kind);
                case FaultKind.Delay or FaultKind.Late when words.Length == 4
                    && int.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds):
                    return new Fault(api, number, kind, milliseconds);
                case FaultKind.Refuse when words.Length == 4
                    && Enum.TryParse<KafkaError>(words[3], ignoreCase: true, out var error):
                    return new Fault(api, number, kind, Error: error);
            }
        }

        throw new FormatException(
            $"'{text}' is no fault. Expected: API NUMBER drop|double, "
                + "API NUMBER delay|late MILLISECONDS or API NUMBER refuse ERROR.");
    }

    /// <summary>Such as <c>EndTxn 2 late 500</c>.</summary>
    public override string ToString()
    {
        var more = Kind switch
        {
            FaultKind.Delay or FaultKind.Late => $" {Milliseconds.ToString(CultureInfo.InvariantCulture)}",
            FaultKind.Refuse => $" {Error}",
            _ => "",
        };
        return string.Create(
            CultureInfo.InvariantCulture, $"{Api} {Number} {Kind.ToString().ToLowerInvariant()}{more}");
    }
}
