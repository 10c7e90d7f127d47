using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sametime.Tests.Mutate.Operators;

/// <summary>Where nobody promised anything, or where nothing can be switched when the program runs.</summary>
internal static class Exempt
{
    /// <summary>Whether what lies within this node is left alone.</summary>
    public static bool Inside(SyntaxNode node, SemanticModel model) => node switch
    {
        // Fixed when it is compiled.
        AttributeListSyntax or EnumMemberDeclarationSyntax or PatternSyntax or CaseSwitchLabelSyntax or GotoStatementSyntax => true,
        FieldDeclarationSyntax field => field.Modifiers.Any(SyntaxKind.ConstKeyword),
        LocalDeclarationStatementSyntax local => local.IsConst,
        EqualsValueClauseSyntax { Parent: ParameterSyntax } => true,

        // For people: what a log, an exception or a debugger says.
        ThrowStatementSyntax or ThrowExpressionSyntax => true,
        MethodDeclarationSyntax method => method.Identifier.Text == "ToString",
        ArgumentListSyntax { Parent: BaseObjectCreationExpressionSyntax creation } => IsException(model.GetTypeInfo(creation).Type),
        ArgumentListSyntax { Parent: InvocationExpressionSyntax call } => IsCall(call, model),

        // Translated to SQL and not run.
        LambdaExpressionSyntax lambda => model.GetTypeInfo(lambda).ConvertedType is { Name: "Expression", ContainingNamespace.Name: "Expressions" },
        _ => false,
    };

    /// <summary>Whether the call is one whose arguments, and whose absence, nobody is to notice.</summary>
    public static bool IsCall(InvocationExpressionSyntax call, SemanticModel model)
    {
        if (call.Expression is IdentifierNameSyntax { Identifier.Text: "nameof" })
        {
            return true;
        }

        var method = model.GetSymbolInfo(call).Symbol as IMethodSymbol;
        return method?.Name is "ConfigureAwait" or "SuppressFinalize" or "ThrowIfNull" or "ThrowIfNullOrEmpty" or "KeepAlive"
            || method?.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "LoggerMessageAttribute") == true
            || method?.ContainingType is { } type
            && (type.ContainingNamespace.ToDisplayString() is "Microsoft.Extensions.Logging" or "Serilog" || type is { Name: "Debug" or "Trace" });
    }

    private static bool IsException(ITypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type is { Name: "Exception", ContainingNamespace.Name: "System" })
            {
                return true;
            }
        }

        return false;
    }
}
