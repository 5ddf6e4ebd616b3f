using System.Globalization;

namespace FuturesEos.Cli.Supervision;

/// <summary>How much each service puts into one transaction.</summary>
/// <param name="Processor">Signals; none: the service's own default.</param>
/// <param name="Orders">Decisions.</param>
/// <param name="Relay">Outbox rows.</param>
internal sealed record ServiceSizes(int? Processor, int? Orders, int? Relay)
{
    /// <summary>The services' own.</summary>
    public static ServiceSizes Usual { get; } = new(null, null, null);

    /// <summary>The processor's arguments.</summary>
    public IEnumerable<string> OfProcessor => Option("--transaction-records", Processor);

    /// <summary>The order manager's arguments.</summary>
    public IEnumerable<string> OfOrders => Option("--batch", Orders);

    /// <summary>The relay's arguments.</summary>
    public IEnumerable<string> OfRelay => Option("--rows", Relay);

    private static string[] Option(string name, int? size) =>
        size is { } number ? [name, number.ToString(CultureInfo.InvariantCulture)] : [];
}
