namespace FuturesEos.Cli.Deploying.Checks;

/// <summary>Every selector takes some pod, and every port that is named exists in the pods that are meant.</summary>
internal static class SelectorCheck
{
    private const string MetricsPort = "tcp-prometheus"; // Strimzi's name of the exporter's port

    /// <summary>Problems, one sentence each.</summary>
    public static IEnumerable<string> Find(ManifestSet set)
    {
        var pods = set.Workloads.Concat(set.StrimziPods).ToList();
        foreach (var manifest in set.All)
        {
            var found = manifest.Kind switch
            {
                "Service" => Service(manifest, pods),
                "PodDisruptionBudget" => Needed(manifest, pods, "selector"),
                "PodMonitor" => Monitor(manifest, pods),
                "Deployment" or "StatefulSet" => Template(manifest, set),
                _ => [],
            };
            foreach (var problem in found) yield return $"{manifest}: {problem}";
        }

        foreach (var pod in set.Workloads)
        {
            var ports = pod.Containers.SelectMany(c => Tree.Items(c, "ports"))
                .Select(port => Tree.Text(port, "name")).ToHashSet();
            foreach (var (name, value, _) in pod.Containers.SelectMany(Tree.Members))
            {
                if (name == "httpGet" && !ports.Contains(Tree.Text(value, "port")))
                    yield return $"{pod.Owner}: a probe asks port {Tree.Text(value, "port")}, which no container names";
            }

            foreach (var spread in Tree.Items(pod.PodSpec, "topologySpreadConstraints"))
            {
                if (!pod.IsSelectedBy(spread["labelSelector"]))
                    yield return $"{pod.Owner}: its topology spread counts other pods";
            }
        }

        foreach (var problem in TwoBudgets(set, pods)) yield return problem;
    }

    private static IEnumerable<string> Service(Manifest manifest, List<Workload> pods)
    {
        var labels = Tree.Map(manifest.Spec, "selector");
        var taken = pods.Where(pod => pod.Namespace == manifest.Namespace
            && labels.All(l => pod.Labels.GetValueOrDefault(l.Key) == l.Value)).ToList();
        if (labels.Count == 0 || taken.Count == 0) yield return "its selector takes no pod";
        foreach (var port in Tree.Items(manifest.Spec, "ports").Select(port => Tree.Text(port, "targetPort")))
        {
            var isThere = taken.SelectMany(pod => pod.Containers).SelectMany(c => Tree.Items(c, "ports"))
                .Any(there => Tree.Text(there, "name") == port || Tree.Text(there, "containerPort") == port);
            if (taken.Count > 0 && !isThere) yield return $"its target port {port} is in no pod";
        }
    }

    private static IEnumerable<string> Needed(Manifest manifest, List<Workload> pods, string member)
    {
        if (!pods.Any(pod => pod.Namespace == manifest.Namespace && pod.IsSelectedBy(Tree.At(manifest.Spec, member))))
            yield return "its selector takes no pod";
    }

    private static IEnumerable<string> Monitor(Manifest manifest, List<Workload> pods)
    {
        foreach (var problem in Needed(manifest, pods, "selector")) yield return problem;
        foreach (var pod in pods.Where(
            pod => pod.Namespace == manifest.Namespace && pod.IsSelectedBy(Tree.At(manifest.Spec, "selector"))))
        {
            var ports = pod.Owner is null ? [MetricsPort]
                : pod.Containers.SelectMany(c => Tree.Items(c, "ports")).Select(p => Tree.Text(p, "name")).ToList();
            foreach (var port in Tree.Items(manifest.Spec, "podMetricsEndpoints")
                .Select(e => Tree.Text(e, "port")).Where(p => !ports.Contains(p)))
                yield return $"{pod.Name} has no port {port}";
        }
    }

    private static IEnumerable<string> Template(Manifest manifest, ManifestSet set)
    {
        var pod = set.Workloads.First(workload => ReferenceEquals(workload.Owner, manifest));
        if (!pod.IsSelectedBy(Tree.At(manifest.Spec, "selector")))
            yield return "its selector does not take its own pods";
    }

    private static IEnumerable<string> TwoBudgets(ManifestSet set, List<Workload> pods) =>
        from pod in pods
        let own = set.Of("PodDisruptionBudget")
            .Count(b => b.Namespace == pod.Namespace && pod.IsSelectedBy(Tree.At(b.Spec, "selector")))
        let all = own + (pod.Owner is null ? 1 : 0) // Strimzi makes one for each of its components
        where all > 1
        select $"{pod.Name}: {all} PodDisruptionBudgets take its pods; eviction fails when two match";
}
