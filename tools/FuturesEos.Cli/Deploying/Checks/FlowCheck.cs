namespace FuturesEos.Cli.Deploying.Checks;

/// <summary>The NetworkPolicies let through what the table says, and nothing else.</summary>
internal static class FlowCheck
{
    private const int Dns = 53;

    /// <summary>Problems, one sentence each.</summary>
    public static IEnumerable<string> Find(ManifestSet set)
    {
        var reader = new FlowReader(set);
        var dns = reader.Own.Select(pod => new Flow(pod.Name, "dns", Dns)).Append(new Flow("prometheus", "dns", Dns));
        return
        [
            .. from pod in reader.Own
               from direction in new[] { "Ingress", "Egress" }
               where !reader.IsIsolated(pod, direction)
               select $"NetworkPolicy: {pod.Name} is open, no policy denies it {direction}",
            .. Compare("out", reader.Egress(), [.. FlowTable.Egress.Where(reader.HasBoth), .. dns]),
            .. Compare("in", reader.Ingress(), [.. FlowTable.Ingress.Where(reader.HasBoth)]),
        ];
    }

    private static IEnumerable<string> Compare(string way, HashSet<Flow> found, HashSet<Flow> wanted) =>
        found.Except(wanted).Select(flow => $"NetworkPolicy: {flow} ({way}) is open, and nobody needs it")
            .Concat(wanted.Except(found).Select(flow => $"NetworkPolicy: {flow} ({way}) is needed, and closed"));
}
