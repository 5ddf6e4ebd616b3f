using System.Text.Json.Nodes;

namespace FuturesEos.Cli.Deploying;

/// <summary>Pods that a document leads to, as selectors see them.</summary>
/// <param name="Name">What flows and messages call them.</param>
/// <param name="Namespace">Where they are.</param>
/// <param name="Labels">Of the pods.</param>
/// <param name="Owner">The document; none for pods that an operator or another system makes.</param>
internal sealed record Workload(
    string Name, string Namespace, IReadOnlyDictionary<string, string> Labels, Manifest? Owner = null)
{
    /// <summary>The pod's specification; none where somebody else writes it.</summary>
    public JsonNode? PodSpec => Tree.At(Owner?.PodTemplate, "spec");

    /// <summary>Init containers first, then the others.</summary>
    public IEnumerable<JsonObject> Containers =>
        [.. Tree.Items(PodSpec, "initContainers"), .. Tree.Items(PodSpec, "containers")];

    /// <summary>Whether a label selector (or an empty one, or a missing one) takes these pods.</summary>
    public bool IsSelectedBy(JsonNode? selector)
    {
        foreach (var (label, value) in Tree.Map(selector, "matchLabels"))
        {
            if (Labels.GetValueOrDefault(label) != value) return false;
        }

        foreach (var expression in Tree.Items(selector, "matchExpressions"))
        {
            var has = Labels.TryGetValue(Tree.Text(expression, "key") ?? "", out var value);
            var values = Tree.Texts(expression, "values");
            var holds = Tree.Text(expression, "operator") switch
            {
                "In" => has && values.Contains(value),
                "NotIn" => !has || !values.Contains(value),
                "Exists" => has,
                "DoesNotExist" => !has,
                _ => false,
            };
            if (!holds) return false;
        }

        return true;
    }
}
