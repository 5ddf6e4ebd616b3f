using System.Globalization;
using System.Text.Json.Nodes;

namespace FuturesEos.Cli.Deploying;

/// <summary>
/// What a set of NetworkPolicies lets through, found by asking each rule which pods it means. A pod that nobody knows
/// stands in every namespace: a rule that means it is open.
/// </summary>
internal sealed class FlowReader
{
    private const string NamespaceName = "kubernetes.io/metadata.name";
    private readonly ManifestSet _set;
    private readonly List<Workload> _pods;

    public FlowReader(ManifestSet set)
    {
        _set = set;
        Stranger = new Workload("a stranger", DeployFolder.Namespace, new Dictionary<string, string>());
        _pods =
        [
            .. set.Workloads.DistinctBy(pod => pod.Name), .. set.StrimziPods, Stranger,
            Of("prometheus", "monitoring", "app.kubernetes.io/name", "prometheus"),
            Of("grafana", "monitoring", "app.kubernetes.io/name", "grafana"),
            Of("dns", "kube-system", "k8s-app", "kube-dns"),
            .. new[] { "monitoring", "kube-system", "default" }.Select(
                where => new Workload("a stranger in " + where, where, new Dictionary<string, string>())),
        ];
    }

    /// <summary>A pod of the namespace that has no labels.</summary>
    public Workload Stranger { get; }

    /// <summary>Pods of the namespace.</summary>
    public IEnumerable<Workload> Own => _pods.Where(pod => pod.Namespace == DeployFolder.Namespace);

    /// <summary>Whether both ends of a flow are in the set.</summary>
    public bool HasBoth(Flow flow) => IsThere(flow.From) && IsThere(flow.To);

    /// <summary>Whether a policy denies a pod what no rule allows.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="direction"><c>Ingress</c> or <c>Egress</c>.</param>
    public bool IsIsolated(Workload pod, string direction) => _set.Of("NetworkPolicy").Any(policy =>
        policy.Namespace == pod.Namespace && pod.IsSelectedBy(Tree.At(policy.Spec, "podSelector"))
            && Tree.Texts(policy.Spec, "policyTypes").Contains(direction));

    /// <summary>Every way out that some rule opens.</summary>
    public HashSet<Flow> Egress() =>
        [.. from policy in _set.Of("NetworkPolicy")
            from rule in Tree.Items(policy.Spec, "egress")
            from pod in Selected(policy)
            from peer in Peers(rule, "to", policy.Namespace)
            from port in Ports(rule)
            select new Flow(pod.Name, peer, port)];

    /// <summary>Every way in that some rule opens, the brokers' listeners included.</summary>
    public HashSet<Flow> Ingress() =>
        [.. from policy in _set.Of("NetworkPolicy")
            from rule in Tree.Items(policy.Spec, "ingress")
            from pod in Selected(policy)
            from peer in Peers(rule, "from", policy.Namespace)
            from port in Ports(rule)
            select new Flow(peer, pod.Name, port),
            .. from kafka in _set.Of("Kafka")
               from listener in Tree.Items(kafka.Spec, "kafka", "listeners")
               from peer in Peers(listener, "networkPolicyPeers", kafka.Namespace)
               select new Flow(peer, "kafka", int.Parse(Tree.Text(listener, "port")!, CultureInfo.InvariantCulture))];

    private bool IsThere(string name) => name == Flow.AnyAddress || _pods.Exists(pod => pod.Name == name);

    private static Workload Of(string name, string where, string label, string value) =>
        new(name, where, new Dictionary<string, string> { [label] = value });

    private IEnumerable<Workload> Selected(Manifest policy) =>
        _pods.Where(pod => pod.Namespace == policy.Namespace && pod.IsSelectedBy(Tree.At(policy.Spec, "podSelector")));

    // a rule without peers means everybody; so does one whose peers have a name that the API server drops
    private IEnumerable<string> Peers(JsonNode rule, string member, string where)
    {
        if (rule[member] is not JsonArray { Count: > 0 }) return [Flow.Anyone];
        return Tree.Items(rule, member).SelectMany(peer => Meant(peer, where)).Distinct();
    }

    private IEnumerable<string> Meant(JsonObject peer, string where)
    {
        if (peer["ipBlock"] is { } block)
            return [Tree.Text(block, "cidr") == "0.0.0.0/0" ? Flow.AnyAddress : $"{Tree.Text(block, "cidr")}"];
        var (namespaces, pods) = (peer["namespaceSelector"], peer["podSelector"]);
        if (namespaces is null && pods is null) return [Flow.Anyone];
        return _pods.Where(pod => (namespaces is null ? pod.Namespace == where : IsIn(pod.Namespace, namespaces))
            && pod.IsSelectedBy(pods))
            .Select(pod => pod.Name);
    }

    private static bool IsIn(string name, JsonNode selector) =>
        new Workload("", "", new Dictionary<string, string> { [NamespaceName] = name }).IsSelectedBy(selector);

    private static IEnumerable<int> Ports(JsonObject rule) => rule["ports"] is not JsonArray { Count: > 0 }
        ? [0]
        : Tree.Items(rule, "ports").Select(port => int.TryParse(
            Tree.Text(port, "port"), CultureInfo.InvariantCulture, out var number) ? number : 0).Distinct();
}
