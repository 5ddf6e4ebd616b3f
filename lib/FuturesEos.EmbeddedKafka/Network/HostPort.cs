using System.Globalization;
using System.Net;

namespace FuturesEos.EmbeddedKafka.Network;

/// <summary>
/// A host with or without a port: <c>broker.example:9092</c>, <c>broker.example</c>, <c>[::1]:9092</c>, <c>[::1]</c>.
/// An IPv6 address has brackets only here; what clients are told comes without.
/// </summary>
internal readonly record struct HostPort(string Host, int? Port)
{
    public override string ToString()
    {
        var host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        return Port is null ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{Port}");
    }

    /// <summary>A host alone; an IPv6 address with brackets or without.</summary>
    public static HostPort Of(string host) => new(host.Trim('[', ']'), null);

    /// <summary>Null when it is neither.</summary>
    public static HostPort? TryParse(string text)
    {
        var colon = text.LastIndexOf(':');
        var hasPort = colon > text.LastIndexOf(']');
        var host = hasPort ? text[..colon] : text;
        int? port = null;
        if (hasPort)
        {
            var digits = text.AsSpan(colon + 1);
            if (!ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return null;
            port = number;
        }

        var isHost = host is ['[', .. var inside, ']']
            ? IsIPv6(inside)
            : host.Length > 0 && host.AsSpan().IndexOfAny(":[]/ ") < 0;
        return isHost && port != 0 ? Of(host) with { Port = port } : null;
    }

    /// <summary>
    /// 0.0.0.0 or ::, which is every address of a machine, so that it can be listened on and not connected to.
    /// </summary>
    public static bool IsEveryAddress(string host) =>
        IPAddress.TryParse(host, out var address)
        && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));

    private static bool IsIPv6(string text) =>
        text.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(text, out _);
}
