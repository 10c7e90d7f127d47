using Microsoft.CodeAnalysis;

namespace Sametime.Tests.Mutate.Operators;

/// <summary>What operators ask of types.</summary>
internal static class Types
{
    public static bool IsNumber(ITypeSymbol? type) => type?.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_Double;

    /// <summary>A number, or a span of time.</summary>
    public static bool CanAddAndSubtract(ITypeSymbol type) => IsNumber(type) || type is { Name: "TimeSpan", ContainingNamespace.Name: "System" };

    /// <summary>What to convert a constant to that is no longer one behind a switch, and so no longer fits by itself. False when nothing fits.</summary>
    /// <param name="node">The constant.</param>
    /// <param name="model">What it means.</param>
    /// <param name="type">The type, or null when it fits by itself.</param>
    public static bool TryConversion(SyntaxNode node, SemanticModel model, out string? type)
    {
        var info = model.GetTypeInfo(node);
        type = null;
        if (SymbolEqualityComparer.Default.Equals(info.Type, info.ConvertedType))
        {
            return true;
        }

        var target = info.ConvertedType is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable
            ? nullable.TypeArguments[0]
            : info.ConvertedType;
        if (!IsNumber(target))
        {
            // An index, or an interface: whatever a number becomes by itself, it becomes also behind the switch.
            return target?.TypeKind != TypeKind.Enum;
        }

        type = info.ConvertedType!.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        return true;
    }
}
